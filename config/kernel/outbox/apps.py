from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "config.kernel.outbox"
    label = "outbox"
    verbose_name = "Outbox"
