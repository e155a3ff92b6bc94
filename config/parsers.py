"""How bodies are read; apart from `config.api`, which DRF's views need first."""

from typing import Any

from rest_framework import parsers
from rest_framework.exceptions import ParseError
from typing_extensions import override


class JSONParser(parsers.JSONParser):
    """Answers nesting without end as it answers everything else that is no JSON."""

    @override
    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError:
            raise ParseError("JSON nested too deeply") from None
