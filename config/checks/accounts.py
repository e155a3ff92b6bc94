"""Who comes in, and for how long."""

from datetime import timedelta

from django.conf import settings

from config.checks.rules import Rule, when

_HASHER = "django.contrib.auth.hashers.BCryptSHA256PasswordHasher"
_LONGEST_ACCESS = timedelta(minutes=15)
_LONGEST_REFRESH = timedelta(days=30)
_LONGEST_RESET = 24 * 3600
_MANY_LOGINS = 100


def _loose_limits() -> list[str]:
    names = ("login_account", "login_address", "register_address", "reset_address")
    return [name for name in names if settings.RATE_LIMITS[name][0] > _MANY_LOGINS]


def _lasting() -> list[str]:
    lives = {
        "ACCESS_TOKEN_LIFETIME": settings.ACCESS_TOKEN_LIFETIME > _LONGEST_ACCESS,
        "REFRESH_TOKEN_LIFETIME": settings.REFRESH_TOKEN_LIFETIME > _LONGEST_REFRESH,
        "PASSWORD_RESET_TIMEOUT": settings.PASSWORD_RESET_TIMEOUT > _LONGEST_RESET,
    }
    return [name for name, is_too_long in lives.items() if is_too_long]


RULES = (
    Rule(
        "E019",
        "{} must not be on in production: its accounts are for everybody.",
        "Set DEMO=false.",
        when(name="DEMO", wrong=lambda: settings.DEMO),
    ),
    Rule(
        "E020",
        "{} must begin with Django's BCryptSHA256PasswordHasher.",
        "Others are for tests, or cut long passwords.",
        when(name="PASSWORD_HASHERS", wrong=lambda: settings.PASSWORD_HASHERS[:1] != [_HASHER]),
    ),
    Rule("E021", "{} lasts too long: what is revoked would go on working.", "Leave its default.", _lasting),
    Rule(
        "E022",
        "{} must be HS256.",
        "Tokens are checked with this one algorithm.",
        when(name="SIMPLE_JWT ALGORITHM", wrong=lambda: settings.SIMPLE_JWT["ALGORITHM"] != "HS256"),
    ),
    Rule(
        "E023", f"The limit {{}} lets more than {_MANY_LOGINS} attempts through.", "Lower it.", _loose_limits
    ),
    Rule(
        "W009",
        "{} is open: anybody who reaches the page may make an account.",
        "Set REGISTRATION=invite.",
        when(name="REGISTRATION", wrong=lambda: settings.REGISTRATION == "open"),
    ),
    Rule(
        "W010",
        "{} is missing: password resets and invitations go to the log.",
        "smtps://user:password@mail.example.org",
        when(name="EMAIL_URL", wrong=lambda: not settings.EMAIL_HOST),
    ),
    Rule(
        "W011",
        "{} is at localhost: mail servers refuse that sender.",
        "sicha@example.org",
        when(name="DEFAULT_FROM_EMAIL", wrong=lambda: settings.DEFAULT_FROM_EMAIL.endswith("@localhost")),
    ),
)
