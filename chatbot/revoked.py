"""What an old answer may still show of its documents: permissions are asked again, each time it is read.

The answer's own words stay with whoever asked; quotations, titles and previews go with the permission.
"""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from accounts.types import Actor
from conversations.types import CitationData
from retrieval import access


def readable_citations(citations: Sequence[CitationData], actor: Actor) -> list[CitationData]:
    """Return the citations in their order; one of a document that is gone keeps nothing but its number."""
    wanted = {citation.document_id for citation in citations}
    readable = access.readable_documents(wanted, access.reader_of(actor))
    return [citation if citation.document_id in readable else _emptied(citation) for citation in citations]


def _emptied(citation: CitationData) -> CitationData:
    return replace(citation, quote="", document_title=_("A source that is no longer available"))
