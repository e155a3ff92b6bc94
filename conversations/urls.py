"""Addresses of this app; `config.urls` composes them."""

from django.urls import URLPattern, URLResolver, path

from conversations import api, budget_api

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("budgets", budget_api.BudgetsView.as_view(), name="budgets"),
    path("conversations", api.ConversationList.as_view(), name="conversations"),
    path(
        "conversations/<uuid:conversation_id>", api.ConversationDetail.as_view(), name="conversation-detail"
    ),
    path(
        "conversations/<uuid:conversation_id>/restore",
        api.ConversationRestore.as_view(),
        name="conversation-restore",
    ),
    path(
        "conversations/<uuid:conversation_id>/export",
        api.ConversationExport.as_view(),
        name="conversation-export",
    ),
    path(
        "conversations/<uuid:conversation_id>/share",
        api.ConversationShare.as_view(),
        name="conversation-share",
    ),
    path(
        "conversations/<uuid:conversation_id>/messages",
        api.ConversationMessages.as_view(),
        name="conversation-messages",
    ),
    path("messages/<uuid:message_id>", api.MessageDetail.as_view(), name="message-detail"),
    path("messages/<uuid:message_id>/feedback", api.MessageFeedback.as_view(), name="message-feedback"),
]
