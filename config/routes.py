"""Which handlers each event of the outbox goes to: dotted names, so that no app imports one above it."""

Routes = dict[str, list[str]]

_ARCHIVED_CONVERSATION = "conversations.archive.archive_conversation"
_FILES = "chatbot.files.follow_conversation"
_GAPS_OF_CONVERSATION = "analytics.gaps.collecting.collect_conversation"
_GAPS = "analytics.gaps.collecting.collect_answer"
_COUNTED_TURN = "analytics.projections.count_turn"
_COUNTED_RATING = "analytics.projections.count_rating"
_TELLING = "analytics.notifications.telling"
_WEBHOOKS = "analytics.webhooks.spreading.spread"
_TURNS_TO_GRAPH: dict[bool, list[str]] = {False: [], True: ["analytics.graph.projection.project_turn"]}
_CONVERSATIONS_TO_GRAPH: dict[bool, list[str]] = {
    False: [],
    True: ["analytics.graph.projection.project_conversation"],
}
_PLACED_TO_GRAPH: dict[bool, list[str]] = {False: [], True: ["analytics.graph.projection.project_questions"]}
_TELLING_PEOPLE: Routes = {
    "gap.closed": [f"{_TELLING}.tell_asker_of_gap"],
    "gap.assigned": [f"{_TELLING}.tell_responsible"],
    "question.referred": [f"{_TELLING}.tell_managers_of_question"],
    "question.answered": [f"{_TELLING}.tell_asker_of_answer"],
    "conversation.read": [f"{_TELLING}.tell_owner_of_reading"],
    "document.failed": [f"{_TELLING}.tell_uploader"],
    "account.waiting": [f"{_TELLING}.tell_managers_of_account"],
    "notification.mail_due": ["analytics.notifications.mailing.mail_now"],
    "notification.digest_due": ["analytics.notifications.mailing.mail_digest"],
}


def outbox(*, graph: bool) -> Routes:
    """Return the routes of what happens; `graph` tells whether the graph is a store of its own.

    Without one it is the database itself, and nothing has to be carried to it.
    """
    conversations = [
        *(_ARCHIVED_CONVERSATION, _FILES, _GAPS_OF_CONVERSATION),
        *_CONVERSATIONS_TO_GRAPH[graph],
    ]
    return {
        **_TELLING_PEOPLE,
        "turn.closed": ["conversations.archive.archive_turn", _COUNTED_TURN, *_TURNS_TO_GRAPH[graph]],
        "turn.refused": [_GAPS, _WEBHOOKS],
        "questions.placed": _PLACED_TO_GRAPH[graph],
        "conversation.changed": ["conversations.archive.archive_card"],
        "conversation.deleted": conversations,
        "conversation.restored": conversations,
        "message.rated": [_COUNTED_RATING, _GAPS, _WEBHOOKS],
        "gap.answered": [_WEBHOOKS],
        "person.erasure_asked": ["analytics.erasing.erase"],
        "password.reset_requested": ["accounts.mail.send_password_reset"],
        "document.uploaded": ["retrieval.ingest.index_uploaded", _WEBHOOKS],
        "document.relabelled": ["retrieval.shelving.relabel"],
        "approved_answer.approved": [
            "chatbot.referring.close_answered",
            "analytics.gaps.asking_again.ask_open_gaps_again",
            _WEBHOOKS,
        ],
        "evaluation.step": ["analytics.evaluating.step"],
        "passages.removed": ["retrieval.shelving.forget"],
    }


def restored(*, graph: bool) -> Routes:
    """Return the routes of what comes back from the archive: counted and drawn again, told to nobody."""
    return {
        "turn.closed": [_COUNTED_TURN, *_TURNS_TO_GRAPH[graph]],
        "turn.refused": [_GAPS],
        "message.rated": [_COUNTED_RATING, _GAPS],
    }
