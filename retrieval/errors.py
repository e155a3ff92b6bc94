"""Why a document is refused."""

from django.utils.translation import gettext_lazy as _

from config.kernel.errors import DomainError, InvalidInputError


class DocumentEmptyError(InvalidInputError):
    code = "document_empty"
    message = _("The document holds no text.")


class DocumentNotTextError(InvalidInputError):
    code = "document_not_text"
    message = _("The file does not hold readable text.")


class DocumentTooLargeError(DomainError):
    code = "document_too_large"
    status = 413
    message = _("The document is too large.")


class UnsupportedDocumentTypeError(DomainError):
    code = "unsupported_document_type"
    status = 415
    message = _("Documents of this type cannot be read. Text, Markdown and JSON can.")


class UnknownDepartmentError(InvalidInputError):
    code = "unknown_department"
    message = _("One of the departments does not exist.")


class ExternalIdTakenError(DomainError):
    code = "external_id_taken"
    status = 409
    message = _("Another document has this external id.")


class IndexingFailedError(DomainError):
    code = "indexing_failed"
    status = 500
    message = _("Indexing the document failed. It can be indexed again.")


_STORED = (
    DocumentEmptyError,
    DocumentNotTextError,
    DocumentTooLargeError,
    UnsupportedDocumentTypeError,
    IndexingFailedError,
)


def refusal_of(code: str) -> DomainError:
    """Return the refusal that a document's `error_code` stands for."""
    return next((refusal() for refusal in _STORED if refusal.code == code), IndexingFailedError())
