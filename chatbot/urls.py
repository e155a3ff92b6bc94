"""Addresses of the chat; `config.urls` composes them."""

from django.urls import URLPattern, URLResolver, path

from chatbot import completions, conversation_pages, files_api, pages, readings, referring, views

_FILES = "conversations/<uuid:conversation_id>/files"

root_urlpatterns: list[URLPattern | URLResolver] = [path("chat", views.chat, name="chat-api")]
api_urlpatterns: list[URLPattern | URLResolver] = [
    path("chat", views.chat, name="chat-api-v1"),
    path("answers/<answer_id>", views.answer, name="answer"),
    path("answers/<answer_id>/events", views.answer_events, name="answer-events"),
    path("answers/<answer_id>/stop", views.answer_stop, name="answer-stop"),
    path("answers/<answer_id>/continue", views.answer_continue, name="answer-continue"),
    path("answers/<answer_id>/regenerate", views.answer_regenerate, name="answer-regenerate"),
    path("answers/<uuid:answer_id>/refer", referring.AnswerRefer.as_view(), name="answer-refer"),
    path(_FILES, files_api.ConversationFiles.as_view(), name="conversation-files"),
    path(f"{_FILES}/<uuid:file_id>", files_api.ConversationFile.as_view(), name="conversation-file"),
    path(
        f"{_FILES}/<uuid:file_id>/retry",
        files_api.ConversationFileRetry.as_view(),
        name="conversation-file-retry",
    ),
    path(
        f"{_FILES}/<uuid:file_id>/accept",
        files_api.ConversationFileAccept.as_view(),
        name="conversation-file-accept",
    ),
    path(
        f"{_FILES}/<uuid:file_id>/publish",
        files_api.ConversationFilePublish.as_view(),
        name="conversation-file-publish",
    ),
]
openai_urlpatterns: list[URLPattern | URLResolver] = [
    path("chat/completions", completions.completions, name="completions"),
    path("models", completions.models, name="models"),
    path("models/<model_id>", completions.model, name="model"),
]
web_urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.chat_page, name="chat"),
    path("c/<uuid:conversation_id>/", pages.chat_page, name="conversation"),
    path(
        "c/<uuid:conversation_id>/settings/",
        conversation_pages.conversation_settings,
        name="conversation-settings",
    ),
    path("readings/", readings.own_readings, name="readings"),
    path("shared/<uuid:share_id>/", conversation_pages.shared, name="shared"),
]
