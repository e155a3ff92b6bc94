"""The recurring work, in one place for the embedded loops and for Celery's beat."""

RELAY_BATCH = 20


def relay_outbox() -> int:
    """Hand waiting events to their handlers; return how many rows were claimed."""
    from config.kernel.outbox import relay

    return relay.relay(limit=RELAY_BATCH).claimed


def reap_answers() -> int:
    """Close answers whose process died; always 0, so that the next look comes after the pause."""
    from conversations.services import reap_expired_turns

    reap_expired_turns()
    return 0
