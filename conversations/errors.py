"""Refusals of this app."""

from django.utils.translation import gettext_lazy as _

from config.kernel.errors import ConflictError, InvalidInputError


class InvalidSessionIdError(InvalidInputError):
    code = "invalid_session_id"
    message = _("The session id must be 1 to 64 printable characters.")


class InvalidClientIdError(InvalidInputError):
    code = "invalid_client_id"
    message = _("The client id must be 1 to 128 printable characters.")


class InvalidCursorError(InvalidInputError):
    code = "invalid_cursor"
    message = _("The cursor is not valid.")


class IdempotencyConflictError(ConflictError):
    code = "idempotency_conflict"
    message = _("This key was used for another question.")


class AnswerWholeError(ConflictError):
    """There is nothing to go on from: the answer came to its own end, or never had a word."""

    code = "answer_not_continuable"
    message = _("This answer cannot be continued. The question can be answered anew.")


class AnswerInProgressError(ConflictError):
    code = "answer_in_progress"
    message = _("The answer is still being written.")


class AnsweredClearlyError(ConflictError):
    code = "answered_clearly"
    message = _("Only a question without a clear answer can be sent to the knowledge team.")


class RestsOnPrivateFilesError(ConflictError):
    """Nobody else may open what answers cite, or were written from; `details` names the files."""

    code = "rests_on_private_files"
    message = _(
        "The conversation cannot be shared: its answers rest on private files, which nobody else may open. "
        "What should be shared can be asked again in a conversation without them."
    )


class SourcesGoneError(ConflictError):
    """Nobody may open all that answers cite: some of it was deleted, or taken from its reader."""

    code = "sources_gone"
    message = _(
        "The conversation cannot be shared: its answers rest on documents that are not available any more. "
        "What should be shared can be asked again in a new conversation."
    )
