"""What the interface for programs is made of: settings of REST framework and of its OpenAPI document."""

from typing import Any

FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.permissions.IsMember"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "config.api.CursorPagination",
    "DEFAULT_SCHEMA_CLASS": "config.openapi.Schema",
    "EXCEPTION_HANDLER": "config.api.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}


def openapi(version: str) -> dict[str, Any]:
    """Return the settings of the OpenAPI document for a version of the product."""
    return {
        "TITLE": "Sicha",
        "DESCRIPTION": "Questions in Hebrew, answered from the organisation's own documents with citations.",
        "VERSION": version,
        "SERVE_INCLUDE_SCHEMA": False,
        "SCHEMA_PATH_PREFIX": "/api/v1",
        "PREPROCESSING_HOOKS": ["config.openapi.with_lean_views"],
        "POSTPROCESSING_HOOKS": [
            "drf_spectacular.hooks.postprocess_schema_enums",
            "config.openapi.with_problems",
        ],
        "COMPONENT_SPLIT_REQUEST": True,
        "ENUM_NAME_OVERRIDES": {
            "AccountStatusEnum": "accounts.types.AccountStatus",
            "RoleEnum": "accounts.types.Role",
            "AnswerStatusEnum": "conversations.types.MessageStatus",
            "DocumentStatusEnum": "retrieval.models.Document.Status",
            "NotificationKindEnum": "analytics.models.notifications.NotificationKind.values",
            "SignInKindEnum": ["session", "tokens"],
            "HealthStatusEnum": ["ok", "degraded", "down"],
        },
    }
