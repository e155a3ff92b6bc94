"""Other names: a question that has one name of a thing is searched with its others, those of the
organisation's own glossary and those that every office knows.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import require_manager
from accounts.tenancy import current_organization_id
from accounts.types import Actor
from config.kernel.errors import InvalidInputError
from config.kernel.hebrew.everyday_names import EVERYDAY_NAMES
from config.kernel.hebrew.normalise import content_words, word_tokens, words
from config.kernel.text import clean_text
from retrieval.models import GLOSSARY_LENGTH, GlossaryEntry

# A question of everything would be a question of nothing.
MOST_ADDED = 6
MOST_EVERYDAY = 3
_BORDERS = re.compile(r"[,;\n]+")


class GlossaryTooShortError(InvalidInputError):
    code = "glossary_too_short"
    message = _("An entry needs at least two different terms, separated by commas.")


class GlossaryTermError(InvalidInputError):
    code = "glossary_term"
    message = _("This is too short or too common to be a name of something: {term}")


def terms_of(text: str) -> list[str]:
    """Return the different terms of an entry as it was typed, in order; those that name nothing are left
    out.
    """
    typed = [term for term in _typed(text) if _names_something(term)]
    by_words = {tuple(words(term)): term for term in reversed(typed)}
    return [term for term in dict.fromkeys(typed) if by_words[tuple(words(term))] == term]


def checked_terms(text: str) -> list[str]:
    """Return the terms of an entry; raise GlossaryTermError for one by which everything would be found, and
    GlossaryTooShortError for fewer than two.
    """
    for term in _typed(text):
        if words(term) and not _names_something(term):
            raise GlossaryTermError(details={"term": term})
    different = terms_of(text)
    if len(different) < 2:
        raise GlossaryTooShortError
    return different


def _typed(text: str) -> list[str]:
    return [" ".join(term.split()) for term in _BORDERS.split(text)]


def _names_something(term: str) -> bool:
    """Tell whether a term is more than a letter or words like "of" and "all", which every question has."""
    return any(len(word) > 1 for word in content_words(term))


def save_entry(*, actor: Actor, entry: GlossaryEntry, terms: str) -> GlossaryEntry:
    """Keep an entry of the manager's organisation, tidied; call inside the scope.

    Raises PermissionDeniedError, GlossaryTermError, GlossaryTooShortError and TextTooLongError.
    """
    require_manager(actor)
    entry.terms = clean_text(", ".join(checked_terms(terms)), max_length=GLOSSARY_LENGTH, field="terms")
    with transaction.atomic():
        entry.organization_id = current_organization_id()
        entry.save()
        audit.record("glossary.changed", actor_id=actor.user_id, target=entry.pk)
    return entry


def delete_entry(*, actor: Actor, entry: GlossaryEntry) -> None:
    """Forget an entry of the glossary; call inside the scope. Raises PermissionDeniedError."""
    require_manager(actor)
    with transaction.atomic():
        audit.record("glossary.deleted", actor_id=actor.user_id, target=entry.pk)
        entry.delete()


def other_names(question: str) -> list[str]:
    """Return the other names of what the question names, a few at most; call inside the scope."""
    entries = GlossaryEntry.objects.values_list("terms", flat=True)
    return _others(question, [terms_of(entry) for entry in entries])[:MOST_ADDED]


def everyday_names(question: str) -> list[str]:
    """Return the other Hebrew names that any office has for what the question names, a few at most.

    The English ones are there to be recognised; added to a Hebrew question they would only dilute it.
    """
    return [name for name in _others(question, EVERYDAY_NAMES) if "א" <= name[0] <= "ת"][:MOST_EVERYDAY]


def _others(question: str, entries: Iterable[Sequence[str]]) -> list[str]:
    asked = [set(word_tokens(word)) for word in words(question)]
    added: dict[str, None] = {}
    for terms in entries:
        if any(_is_named(term, asked) for term in terms):
            added |= {term: None for term in terms if not _is_named(term, asked)}
    return [*added]


def expanded(question: str, names: Sequence[str]) -> str:
    """Return the question followed by other names of what it names."""
    return f"{question} ({', '.join(names)})" if names else question


def _is_named(term: str, asked: Collection[set[str]]) -> bool:
    """Tell whether the question has every word of the term, in any form."""
    forms = _forms(term)
    return bool(forms) and all(any(form & word for word in asked) for form in forms)


@lru_cache(maxsize=16_384)
def _forms(term: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(word_tokens(word)) for word in words(term))
