"""Every place where a text of people, documents or models is shown, and what brings the payloads there.

Addresses come from the table of rights, which knows all of them: who may open a page opens it full of
payloads. What is listed here by hand, `tests/web/test_places_of_text.py` compares with the product: a
template or a script that puts anything on a page and stands in no list fails it.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.rights.routes import ROLES, address_of, read_table

RIGHTS = Path(__file__).parents[1] / "rights" / "addresses.txt"
VISITORS = ("manager", "operator", "anonymous")
# What `hostile.made` returns, by the names of the placeholders in addresses.
IDS = (
    *("conversation_id", "message_id", "share_id", "document_id", "entry_id", "usage_id", "settings_id"),
    *("organization_id", "department_id", "member_id", "invitation_id", "audit_id", "object_id"),
    *("approved_id", "budget_id", "hold_id", "erasure_id", "referral_id", "reading_id", "gap_id"),
    "key_id",
    *("evaluation_question_id", "evaluation_run_id", "webhook_id", "delivery_id"),
    *("content_type_id", "app_label", "url", "uid", "token"),
)
# For programs and for browsers themselves, never shown as a page; files; and what only leads elsewhere.
_NO_PAGES = ("api/", "v1/", "health", "metrics", "docs", "redoc", "openapi", "sw.js", "manifest")
_FILES = (".csv", ".json", ".jsonl", "jsi18n/")

# What is asked of pages besides: {all} is every payload, {said} the word that every title holds.
ASKED = {
    "manager": [
        *("/?q={all}", "/?q={said}", "/?q={said}&archived=1", "/c/{conversation_id}/?at={message_id}"),
        *("/admin/retrieval/document/?p=1", "/admin/retrieval/document/?q={all}"),
        *(
            "/admin/accounts/user/?p=1",
            "/admin/accounts/department/?p=1",
            "/admin/retrieval/glossaryentry/?p=1",
        ),
        *("/admin/retrieval/approvedanswer/?p=1", "/admin/retrieval/approvedanswer/add/?questions={all}"),
        *("/admin/conversations/referral/?q={all}", "/admin/accounts/invitation/?p=1"),
        *("/admin/analytics/knowledgegap/?q={all}", "/admin/analytics/evaluationquestion/?q={all}"),
        "/admin/accounts/auditentry/?q={all}",
        *("/admin/retrieval/glossaryentry/try/?question={said}", "/admin/accounts/user/?status={all}"),
        *("/admin/retrieval/glossaryentry/try/?question={all}", "/admin/retrieval/document/?category={all}"),
        *(
            "/admin/analytics/dailyusage/dashboard/?since={all}",
            "/admin/analytics/dailyusage/graph/?until={all}",
        ),
        *("/{all}/", "/admin/{all}/", "/c/{all}/"),
        *("/c/{conversation_id}/?branch={all}", "/?deleted={all}", "/shared/{share_id}/?before={all}"),
    ],
    "operator": ["/admin/accounts/user/?q={all}", "/admin/accounts/organization/?q={all}"],
    "anonymous": ["/accounts/login/?next=/{all}", "/accounts/register/?invitation={all}", "/{all}/"],
}
# Forms that say again what was written into them, or what became of it.
FORMS = {
    "anonymous": ["/accounts/login/", "/accounts/register/", "/accounts/password-reset/"],
    "manager": [
        *("/accounts/profile/", "/c/{conversation_id}/settings/"),
        *("/admin/retrieval/document/add/", "/admin/retrieval/document/{document_id}/change/"),
        *("/admin/retrieval/approvedanswer/add/", "/admin/retrieval/glossaryentry/add/"),
        *("/admin/accounts/invitation/add/", "/admin/accounts/apikey/add/"),
        *("/admin/accounts/department/add/", "/admin/accounts/department/{department_id}/change/"),
        "/admin/retrieval/glossaryentry/try/",
    ],
}

PAGES = "test_hostile_texts.py: every_page_that_may_be_opened"
WRITTEN = "test_hostile_texts.py: what_forms_say_again"
PARTS = "test_injection.py: what_the_server_writes_stays_text"
SCRIPT = "test_injection.py: what_the_page_itself_writes_stays_text"
BELL = "test_hostile_texts.py: the_bell_lists_texts_as_text"
OURS = "only our own words, numbers and addresses"
BOX = "only the value of a box, which is never markup"
SERVED = "only what the server wrote into a page of ours"
MAIL = "plain text"

# Every template that fills something in.
TEMPLATES = {
    "400.html": OURS,
    "_language.html": OURS,
    "_theme.html": OURS,
    "accessibility.html": OURS,
    "accounts/_field.html": WRITTEN,
    "accounts/_form.html": WRITTEN,
    "accounts/login.html": WRITTEN,
    "accounts/mail/password_reset.txt": MAIL,
    "accounts/password_reset_confirm.html": PARTS,
    "accounts/profile.html": PAGES,
    "accounts/recovery_codes.html": OURS,
    "accounts/second_step_set_up.html": OURS,
    "accounts/second_step_state.html": OURS,
    "accounts/sign_ins.html": OURS,
    "admin/analytics/_chart.html": PAGES,
    "admin/analytics/_period.html": OURS,
    "admin/_posting_button.html": OURS,
    "admin/accounts/apikey/made.html": WRITTEN,
    "admin/accounts/auditentry/action_filter.html": OURS,
    "admin/analytics/dashboard.html": PAGES,
    "admin/analytics/evaluation_questions.html": OURS,
    "admin/analytics/evaluation_run.html": PAGES,
    "admin/analytics/evaluation_runs.html": OURS,
    "admin/analytics/import_questions.html": OURS,
    "admin/analytics/knowledgegap/change_form.html": PAGES,
    "admin/analytics/webhook/change_form.html": PAGES,
    "admin/analytics/graph.html": PAGES,
    "admin/base_site.html": PAGES,
    "admin/conversations/hold/change_list.html": OURS,
    "admin/conversations/keeping.html": PAGES,
    "admin/conversations/reading.html": PAGES,
    "admin/conversations/reading_form.html": PAGES,
    "admin/guided_list.html": OURS,
    "admin/pagination.html": OURS,
    "admin/retrieval/document_form.html": OURS,
    "admin/retrieval/document_list.html": OURS,
    "admin/retrieval/document_versions.html": PAGES,
    "admin/retrieval/glossary_list.html": OURS,
    "admin/retrieval/try_question.html": PAGES,
    "base.html": PAGES,
    "chat/_answer.html": PARTS,
    "chat/_approved.html": PARTS,
    "chat/_bell.html": OURS,
    "chat/_citation.html": PARTS,
    "chat/_composer.html": OURS,
    "chat/_conversation.html": PARTS,
    "chat/_empty.html": PARTS,
    "chat/_ending.html": PARTS,
    "chat/_example.html": PARTS,
    "chat/_expired.html": OURS,
    "chat/_file.html": PARTS,
    "chat/_file_forms.html": PARTS,
    "chat/_header.html": PARTS,
    "chat/_pager.html": OURS,
    "chat/_question.html": PARTS,
    "chat/_rating.html": OURS,
    "chat/_read_by.html": PAGES,
    "chat/_sidebar.html": PARTS,
    "chat/_words.html": OURS,
    "chat/page.html": PAGES,
    "chat/readings.html": PAGES,
    "chat/settings.html": PAGES,
    "chat/shared.html": PAGES,
    "error.html": PARTS,
    "notifications/_line.html": PAGES,
    "notifications/list.html": OURS,
    "notifications/mail.txt": MAIL,
    "notifications/settings.html": OURS,
    "notifications/stop.html": OURS,
    "offline.html": OURS,
}
# Every script that puts something on a page. `make lint` forbids them to write markup (eslint.config.js).
SCRIPTS = {
    "chat/answer.js": SCRIPT,
    "chat/attaching.js": BOX,
    "chat/bell.js": BELL,
    "chat/branching.js": SERVED,
    "chat/chat.js": SCRIPT,
    "chat/citations.js": SCRIPT,
    "chat/bound.js": OURS,
    "chat/budget.js": OURS,
    "chat/composer.js": BOX,
    "chat/connection.js": OURS,
    "chat/dressing.js": SCRIPT,
    "chat/file_line.js": SCRIPT,
    "chat/files.js": SCRIPT,
    "chat/history.js": SCRIPT,
    "chat/list.js": SCRIPT,
    "chat/log.js": SCRIPT,
    "chat/organize.js": SCRIPT,
    "chat/preview.js": SCRIPT,
    "chat/publish.js": SCRIPT,
    "chat/queue.js": SCRIPT,
    "chat/rating.js": OURS,
    "chat/related.js": SCRIPT,
    "chat/render.js": SCRIPT,
    "chat/share.js": SCRIPT,
    "chat/spoken.js": SCRIPT,
    "chat/tools.js": SCRIPT,
    "chat/window.js": SERVED,
    "lib/clipboard.js": SCRIPT,
    "lib/dom.js": SCRIPT,
    "lib/morph.js": SCRIPT,
    "lib/popover.js": OURS,
    "lib/theme.js": OURS,
    "lib/toast.js": SCRIPT,
}


def pages_of(visitor: str, ids: Mapping[str, str]) -> Iterator[str]:
    """Give every address that is a page for this visitor, and for none of those before it in VISITORS."""
    earlier = VISITORS[: VISITORS.index(visitor)]
    for row in read_table(RIGHTS):
        is_page = not row.pattern.startswith(_NO_PAGES) and not row.pattern.endswith(_FILES)
        status = dict(zip(ROLES, row.statuses, strict=True))
        shown = [each for each in (*earlier, visitor) if status[each] in {200, 400}]
        if row.method == "GET" and is_page and shown == [visitor]:
            yield address_of(row.pattern, ids)
