"""Names as they are kept and as they are compared: nobody poses as another by case, width or spaces."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")


def tidy_name(name: str) -> str:
    """Return the name in Unicode's compatibility form with single spaces."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", name)).strip()


def name_key(name: str) -> str:
    """Return the form under which equal names are equal; NFKC again, since folding may undo it."""
    return unicodedata.normalize("NFKC", tidy_name(name).casefold())


def tidy_email(email: str) -> str:
    """Return the address as it is kept and looked up: in lower case."""
    return email.strip().lower()
