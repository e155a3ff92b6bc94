"""What the actions of the audit trail are called, for those who read it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: Mapping[str, str | Promise] = {
    "account.created": _("Account created"),
    "account.email_changed": _("E-mail address changed"),
    "account.signed_in": _("Signed in"),
    "account.signed_out": _("Signed out"),
    "account.sign_in_failed": _("Sign-in refused: wrong password"),
    "account.token_reused": _("A spent refresh token was used again"),
    "password.changed": _("Password changed"),
    "password.reset": _("Password reset"),
    "member.approved": _("Person approved"),
    "member.deactivated": _("Person deactivated"),
    "member.sessions_ended": _("Person signed out everywhere"),
    "member.became_member": _("Person became a member"),
    "member.became_manager": _("Person became a manager"),
    "member.moved": _("Person moved to another department"),
    "department.created": _("Department created"),
    "department.renamed": _("Department renamed"),
    "department.deleted": _("Department deleted"),
    "invitation.created": _("Invitation created"),
    "invitation.revoked": _("Invitation revoked"),
    "settings.changed": _("Organization settings changed"),
    "person.erasure_asked": _("Erasure of a person asked for"),
    "person.erased": _("Person erased"),
    "erasure.exported": _("Certificate of an erasure saved"),
    "hold.placed": _("Legal hold placed"),
    "hold.lifted": _("Legal hold lifted"),
    "retention.expired": _("Old conversations deleted"),
    "budget.created": _("Budget set"),
    "budget.changed": _("Budget changed"),
    "budget.deleted": _("Budget taken away"),
    "approved_answer.drafted": _("Answer drafted"),
    "approved_answer.approved": _("Answer approved"),
    "approved_answer.deleted": _("Approved answer deleted"),
    "knowledge_gap.decided": _("Knowledge gap decided about"),
    "document.created": _("Document added"),
    "document.changed": _("Document edited"),
    "document.readers_changed": _("Readers of a document changed"),
    "document.replaced": _("Document replaced by a new version"),
    "document.version_restored": _("Earlier version of a document restored"),
    "document.accepted": _("Text of a document accepted as it is"),
    "document.deleted": _("Document deleted"),
    "document.imported": _("Collection of documents loaded"),
    "document.published": _("Private file made a document"),
    "glossary.changed": _("Glossary changed"),
    "glossary.deleted": _("Glossary entry deleted"),
    "conversation.shared": _("Conversation shared"),
    "conversation.unshared": _("Sharing of a conversation ended"),
    "conversation.exported": _("Conversation saved as a file"),
    "conversation.deleted": _("Conversation deleted"),
    "conversation.restored": _("Conversation brought back"),
    "conversation.read": _("Somebody's conversation read"),
    "dashboard.exported": _("Figures saved as a file"),
    "evaluation.exported": _("Evaluation saved as a file"),
    "audit.exported": _("Audit trail exported"),
    "question.referred": _("Question sent to the knowledge team"),
    "question.answered": _("Question marked as answered"),
    "question.reopened": _("Question opened again"),
    "evaluation.started": _("Evaluation of answers started"),
}


def words_of(action: str) -> str:
    """Return what an action is called; one without words is shown as it is."""
    return str(ACTIONS.get(action, action))
