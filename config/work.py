"""The recurring work, in one place for the embedded loops and for Celery's beat."""

from django.core.management import call_command

from accounts.services import second_factor
from analytics.gaps.asking_again import ask_where_documents_changed
from analytics.notifications import mailing, telling
from analytics.topics.forming import form_topics
from analytics.webhooks import delivering, managing
from chatbot.files import tidy_files
from chatbot.retention import keep_retention
from config.kernel.database import refresh_statistics
from config.kernel.outbox import relay, rows
from conversations.manifests import write_due_manifests
from conversations.services import reap_expired_turns

RELAY_BATCH = 20


def relay_outbox() -> int:
    """Hand waiting events to their handlers; return how many rows were claimed."""
    return relay.relay(limit=RELAY_BATCH).claimed


def deliver_webhooks() -> int:
    """Send what webhooks wait for; return how many attempts that were."""
    return delivering.deliver_due()


def reap_answers() -> int:
    """Close answers whose process died; always 0, so that the next look comes after the pause."""
    reap_expired_turns()
    return 0


def begin_digests() -> int:
    """Have the daily digests mailed whose hour has come; always 0, so that the next look comes after the
    pause.
    """
    mailing.begin_digests()
    return 0


def tidy() -> int:
    """Forget what is done with: delivered events, files of deleted conversations, conversations whose time
    is over, old deliveries of webhooks, old notifications, expired browser sessions; hide the keys of
    webhooks and the secrets of second steps with the present key; write the manifests of the archive; ask the
    questions of knowledge gaps again where documents have changed; bring what was asked into topics; have the
    tables counted for the plans of queries. Always 0.
    """
    refresh_statistics()
    rows.forget_completed()
    tidy_files()
    keep_retention()
    delivering.forget_old_deliveries()
    telling.forget_old()
    managing.hide_secrets_anew()
    second_factor.hide_secrets_anew()
    write_due_manifests()
    ask_where_documents_changed()
    form_topics()
    call_command("clearsessions")
    return 0
