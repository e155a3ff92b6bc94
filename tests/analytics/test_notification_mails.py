"""Notifications by e-mail: at once, in the daily digest, and how both are stopped."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.timezone import get_current_timezone, now

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from analytics.gaps.deciding import Decision, decide
from analytics.models import Mailing, Notification, NotificationKind
from analytics.notifications import choosing, mailing, reading
from analytics.notifications.choosing import Choice
from config.kernel.errors import NotFoundError
from tests.analytics.noticing import assign, carry_out, told

pytestmark = pytest.mark.django_db

Kind = NotificationKind


def choose(person: User, kind: NotificationKind, *, on_page: bool, mailing: Mailing) -> None:
    choosing.choose(actor=actor_of(person), choices=[Choice(kind, on_page, mailing)])


def at(hour: int, *, days: int = 0) -> datetime:
    local = now().astimezone(get_current_timezone()).replace(hour=hour, minute=30)
    return local + timedelta(days=days)


def test_neither_in_the_page_nor_by_mail_is_not_told_at_all(manager: User, colleague: User) -> None:
    choose(colleague, Kind.GAP_ASSIGNED, on_page=False, mailing=Mailing.NEVER)
    assign(manager, colleague)
    with tenant_scope(manager.organization_id):
        assert not Notification.objects.exists()


def test_by_mail_alone_is_told_each_time_and_not_in_the_page(manager: User, colleague: User) -> None:
    choose(colleague, Kind.GAP_ASSIGNED, on_page=False, mailing=Mailing.NOW)
    gap = assign(manager, colleague)
    decide(actor=actor_of(manager), gap_id=gap.pk, decision=Decision("open", None))
    decide(actor=actor_of(manager), gap_id=gap.pk, decision=Decision("open", colleague.pk))
    carry_out()
    assert [message.to for message in mail.outbox] == [[colleague.email]] * 2
    assert told(colleague) == []


def test_a_digest_holds_what_is_unread_of_a_day_once(manager: User, colleague: User) -> None:
    choose(colleague, Kind.GAP_ASSIGNED, on_page=True, mailing=Mailing.DAILY)
    for title in ("נסיעות", "חניה"):
        assign(manager, colleague, title)
    assert mailing.begin_digests(at(7)) == 0
    assert mailing.begin_digests(at(8)) == 1
    carry_out()
    (digest,) = mail.outbox
    assert digest.to == [colleague.email]
    assert "נסיעות" in digest.body
    assert "חניה" in digest.body
    assign(manager, colleague, "ארוחות")
    assert mailing.begin_digests(at(12)) == 0
    assert mailing.begin_digests(at(8, days=1)) == 1
    carry_out()
    assert "ארוחות" in mail.outbox[-1].body
    assert "חניה" not in mail.outbox[-1].body


def test_what_was_read_in_the_page_is_not_in_the_digest(manager: User, colleague: User) -> None:
    choose(colleague, Kind.GAP_ASSIGNED, on_page=True, mailing=Mailing.DAILY)
    assign(manager, colleague)
    reading.mark_read(actor=actor_of(colleague))
    assert mailing.begin_digests(at(8)) == 0


def stop_link(message: Any) -> str:
    (path,) = re.findall(r"(/notifications/stop/\S+/)", str(message.body))
    assert message.extra_headers["List-Unsubscribe"].endswith(f"{path}>")
    return str(path)


def test_mails_are_stopped_by_their_link_without_signing_in(
    manager: User, colleague: User, client: Client
) -> None:
    assign(manager, colleague)
    link = stop_link(mail.outbox[0])
    assert "לא יישלחו עוד" not in client.get(link).content.decode()
    assign(manager, colleague, "חניה")
    assert len(mail.outbox) == 2  # looking at the link stops nothing
    program = Client(enforce_csrf_checks=True)
    assert program.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assign(manager, colleague, "ארוחות")
    assert len(mail.outbox) == 2
    assert len(told(colleague)) == 3


def test_the_link_of_a_digest_stops_the_digest_alone(manager: User, colleague: User, client: Client) -> None:
    token = choosing.stop_token(colleague.organization_id, colleague.pk, choosing.DIGEST)
    client.post(reverse("notifications-stop", args=[token]))
    kept = {choice.kind: choice.mailing for choice in choosing.choices_of(actor_of(colleague))}
    assert kept[Kind.GAP_ASSIGNED] == Mailing.NOW
    assert kept[Kind.QUESTION_REFERRED] == Mailing.NEVER


@pytest.mark.parametrize("forge", [lambda token: token[:-2] + "xx", lambda _token: "nothing"])
def test_a_link_that_is_not_ours_stops_nothing(
    manager: User, client: Client, forge: Callable[[str], str]
) -> None:
    token = choosing.stop_token(manager.organization_id, manager.pk, "gap_assigned")
    assert client.post(reverse("notifications-stop", args=[forge(token)])).status_code == 404
    with pytest.raises(NotFoundError):
        choosing.stop_of(forge(token))


def test_somebody_erased_can_still_follow_the_link(manager: User, colleague: User, client: Client) -> None:
    token = choosing.stop_token(colleague.organization_id, colleague.pk, "gap_assigned")
    with tenant_scope(colleague.organization_id):
        colleague.delete()
    assert client.post(reverse("notifications-stop", args=[token])).status_code == 200
