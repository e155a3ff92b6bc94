"""Names as they are kept and as they are compared: nobody poses as another by case, width or spaces."""

import re
import unicodedata

# Scripts whose letters are drawn alike, by the first word of their letters' Unicode names.
_LOOK_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE", "LISU", "DESERET"})
_SPACES = re.compile(r"\s+")


def tidy_name(name: str) -> str:
    """Return the name in Unicode's compatibility form with single spaces."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", name)).strip()


def name_key(name: str) -> str:
    """Return the form under which equal names are equal: folded, and without characters that nobody sees."""
    seen = "".join(char for char in tidy_name(name) if unicodedata.category(char) != "Cf")
    return tidy_name(seen.casefold())  # folding may undo the normal form


def mixes_look_alikes(name: str) -> bool:
    """Tell whether letters of several scripts that look alike stand in one name: a Latin "a" beside a
    Cyrillic one. Hebrew looks like none of them, and may stand beside any.
    """
    letters = filter(str.isalpha, tidy_name(name))
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in letters}
    return len(scripts & _LOOK_ALIKE) > 1


def tidy_email(email: str) -> str:
    """Return the address as it is kept and looked up: in lower case."""
    return email.strip().lower()
