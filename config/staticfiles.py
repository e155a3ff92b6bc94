"""Static files under names that carry a hash of their content, so that browsers may keep them for ever.

Imports between our own ES modules are rewritten to the hashed names; there is no bundler.
"""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class ManifestStorage(ManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
