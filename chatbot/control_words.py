"""Words by which chat templates tell a model who speaks: in a text of somebody they would be taken for ours.

Servers of models turn such words into control tokens wherever they stand, so a document that holds one could
end its message and speak as the system. A space takes that from them, and hardly anything from who reads.
"""

import re
from typing import Final

_NAMES: Final = "s|bos|eos|pad|unk|mask|(?:start|end)_of_\\w+|(?:begin|end)_of_\\w+|think\\w*|tool_\\w+|sys"
_ANGLE: Final = re.compile(rf"<(?=[|｜]|/?(?:{_NAMES})>|<SYS>>|</SYS>>)", re.IGNORECASE)
_SQUARE: Final = re.compile(r"\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_\w+)\])")


def without_control_words(text: str) -> str:
    """Return the text with a space inside of each such word."""
    return _SQUARE.sub("[ ", _ANGLE.sub("< ", text))
