"""Settings of the test suite: the product's own, with cheap passwords, a scratch home, a fixed embedder."""

import os
import tempfile

os.environ["SICHA_HOME"] = tempfile.mkdtemp(prefix="sicha-tests-")
os.environ.setdefault("LOG_LEVEL", "ERROR")

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["tests.fakes.hashers.FastBCrypt"]
EMBEDDINGS_BACKEND = "tests.fakes.embeddings.HashedEmbedder"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
BACKGROUND_WORK = False
if LLM["BACKEND"].endswith("Extractive"):  # noqa: F405
    LLM["OPTIONS"] = {}  # noqa: F405  quotations at once
STATIC_ROOT.mkdir()  # noqa: F405  WhiteNoise warns of a missing one
if not DATABASE_URL:  # noqa: F405
    # A file: threads of one test share it as replicas' threads do, which an SQLite in memory cannot.
    DATABASES["default"]["TEST"] = {"NAME": SICHA_HOME / "tests.sqlite3"}  # noqa: F405
