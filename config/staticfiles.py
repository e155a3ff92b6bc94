"""Static files under names that carry a hash of their content, so that browsers may keep them for ever, and
compressed once, when they are collected.

Imports between our own ES modules are rewritten to the hashed names; there is no bundler.
"""

from typing import TYPE_CHECKING

from typing_extensions import override
from whitenoise.storage import CompressedManifestStaticFilesStorage

from config.browser_packages import FOLDER

if TYPE_CHECKING:
    from django.core.files.base import File


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    support_js_module_import_aggregation = True
    manifest_strict = False  # `hashed_name` is strict itself, except for what pages can do without

    @override
    def hashed_name(
        self, name: str, content: "File[bytes] | None" = None, filename: str | None = None
    ) -> str:
        """Return the name with its hash. What a page can do without keeps its name where it is missing."""
        if name.startswith(FOLDER) and content is None and not self.exists(filename or name):
            return name
        return str(super().hashed_name(name, content, filename))
