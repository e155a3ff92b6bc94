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
    message = _(
        "Documents of this type cannot be read. PDF, Word, PowerPoint and Excel (docx, pptx, xlsx), HTML, "
        "Markdown, text, CSV, JSON, e-mail (eml), images and ZIP archives of these can."
    )


class DocumentTypeMismatchError(DomainError):
    code = "document_type_mismatch"
    status = 415
    message = _("The file is not what its name says, or two files in one.")


class DocumentExistsError(DomainError):
    code = "document_exists"
    status = 409
    message = _("Another document holds the same text.")


class DocumentEncryptedError(InvalidInputError):
    code = "document_encrypted"
    message = _("The file is protected by a password. Please save it without one.")


class DocumentBrokenError(InvalidInputError):
    code = "document_broken"
    message = _("The file is damaged and cannot be read.")


class DocumentTooComplexError(InvalidInputError):
    code = "document_too_complex"
    message = _("Reading the file takes more time or memory than a document may.")


class TextDoubtfulError(InvalidInputError):
    code = "text_doubtful"
    message = _("Hebrew words in this file seem to be backwards. Please look at the text before it is used.")


class FontUnreadableError(InvalidInputError):
    code = "font_unreadable"
    message = _(
        "The file does not say which letters its fonts show. Please look at the text before it is used."
    )


class PagesWithoutTextError(InvalidInputError):
    code = "pages_without_text"
    message = _(
        "Some pages are images, and text recognition is not installed. Only the other pages were read."
    )


class RecognitionMissingError(InvalidInputError):
    code = "recognition_missing"
    message = _("The file is a scan, and text recognition (Tesseract with Hebrew) is not installed.")


class FilesLeftOutError(InvalidInputError):
    code = "files_left_out"
    message = _(
        "Some files in the archive could not be read and were left out. Their names stand at the end of the "
        "text."
    )


class FormulasNotComputedError(InvalidInputError):
    code = "formulas_not_computed"
    message = _(
        "Some cells hold formulas whose results are not in the file. Open it in a spreadsheet program and "
        "save it there, or look at the text before it is used."
    )


class IndexingCancelledError(InvalidInputError):
    code = "indexing_cancelled"
    message = _("Indexing was cancelled. It can be started again.")


class UnknownDepartmentError(InvalidInputError):
    code = "unknown_department"
    message = _("One of the departments does not exist.")


class UnknownPersonError(InvalidInputError):
    code = "unknown_person"
    message = _("One of the people does not belong to the organisation.")


class ExternalIdTakenError(DomainError):
    code = "external_id_taken"
    status = 409
    message = _("Another document has this external id.")


class TooManyFilesError(DomainError):
    code = "too_many_files"
    status = 409
    message = _("The conversation has as many files as it may have. Remove one to add another.")


class FileSpaceUsedUpError(DomainError):
    code = "file_space_used_up"
    status = 409
    message = _("The organization has no room for more files in conversations.")


class IndexingFailedError(DomainError):
    code = "indexing_failed"
    status = 500
    message = _("Indexing the document failed. It can be indexed again.")


_STORED = (
    DocumentEmptyError,
    DocumentNotTextError,
    DocumentTooLargeError,
    UnsupportedDocumentTypeError,
    DocumentTypeMismatchError,
    DocumentExistsError,
    DocumentEncryptedError,
    DocumentBrokenError,
    DocumentTooComplexError,
    TextDoubtfulError,
    FontUnreadableError,
    PagesWithoutTextError,
    RecognitionMissingError,
    FilesLeftOutError,
    FormulasNotComputedError,
    IndexingCancelledError,
    IndexingFailedError,
)


def refusal_of(code: str) -> DomainError:
    """Return the refusal that a document's `error_code` stands for."""
    return next((refusal() for refusal in _STORED if refusal.code == code), IndexingFailedError())
