"""What a person reads when the server is ready: where to go, and with which name and password."""

import httpx
from django.conf import settings

from config.demo import Account

OLLAMA_ADDRESS = "http://127.0.0.1:11434"
OLLAMA_SECONDS = 0.3


def ready_text(address: str, accounts: list[Account], ollama_model: str | None) -> str:
    """Return the closing block of the start; the line with `ready` holds the address."""
    lines = [
        "",
        f"  Sicha is ready: {address}/",
        f"  שיחה מוכנה לעבודה: {address}/",
        "",
        f"  ניהול · Admin:              {address}/admin/",
        f"  תיעוד הממשק · API documents: {address}/docs",
    ]
    if accounts:
        lines += ["", "  חשבונות הדגמה · Demo accounts (name, password):"]
        lines += [f"    {account.username:<14} {account.password}   {account.about}" for account in accounts]
    if ollama_model:
        lines += [
            "",
            "  נמצא שרת Ollama · A local Ollama answers; to use it, start with:",
            f"    OLLAMA_URL={OLLAMA_ADDRESS} OLLAMA_MODEL={ollama_model}",
        ]
    return "\n".join([*lines, "", "  Ctrl+C לסיום · to stop", ""])


def local_ollama_model() -> str | None:
    """Return the first model of an Ollama on this machine that nobody configured."""
    if settings.OLLAMA_URL:
        return None
    try:
        answer = httpx.get(f"{OLLAMA_ADDRESS}/api/tags", timeout=OLLAMA_SECONDS, trust_env=False)
        models = answer.json()["models"]
        return str(models[0]["name"]) if models else None
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return None
