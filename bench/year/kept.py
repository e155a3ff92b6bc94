"""What managers decide about people and questions, for pages that are looked at rather than measured."""

from datetime import timedelta
from itertools import cycle
from uuid import uuid4

from django.utils.timezone import now

from accounts.access import actor_of
from accounts.models import Budget, User
from accounts.services import organizations
from accounts.services.invitations import Offer, create_invitation
from accounts.tenancy import tenant_scope
from accounts.types import Choices
from analytics.erasing import ask_for_erasure
from analytics.models import GapQuestion, KnowledgeGap
from conversations.holds import place_hold

ASKED = {
    "מי מאשר נסיעה לכנס בחו״ל?": (
        "מי מאשר נסיעה לכנס בחו״ל?",
        "איך מקבלים אישור לנסוע לכנס בחו״ל",
        "אישור נסיעה לכנס בחו״ל, למי פונים?",
        "מי חותם על נסיעה לכנס בחו״ל",
    ),
    "מה שעות הפעילות של חדר הכושר?": (
        "מה שעות הפעילות של חדר הכושר?",
        "עד מתי חדר הכושר פתוח בערב?",
    ),
    "איך מבקשים עמדת עבודה מתכווננת?": ("איך מבקשים עמדת עבודה מתכווננת?",),
}
INVITED = ("dana.cohen@example.org", "yossi.mizrahi@example.org", "")
HELD = "בקשת היועצת המשפטית, תיק 4471"
ERASED = "בקשה בכתב לאחר סיום העבודה"


def keep(manager: User, people: list[User]) -> None:
    """Write gaps, budgets, invitations, a hold and an erasure into the manager's organisation."""
    actor = actor_of(manager)
    for address in INVITED:
        create_invitation(actor=actor, offer=Offer(email=address))
    organizations.choose(actor=actor, choices=Choices(allows_reading=True))
    place_hold(actor=actor, reason=HELD, person_id=people[1].pk)
    ask_for_erasure(actor=actor, person_id=people[-1].pk, reason=ERASED)
    with tenant_scope(manager.organization_id):
        Budget.objects.create(scope="organization", period="month", questions=20_000)
        Budget.objects.create(scope="person", period="day", questions=80, tokens=200_000)
        for title, texts in ASKED.items():
            _gap(manager, title, texts, people)


def _gap(manager: User, title: str, texts: tuple[str, ...], people: list[User]) -> None:
    """Write a gap of which each text was asked by two people, some days apart."""
    gap = KnowledgeGap.objects.create(title=title, owner=manager if len(texts) > 2 else None)
    askers = zip([*texts, *texts], cycle(people), strict=False)
    GapQuestion.objects.bulk_create(
        GapQuestion(
            gap=gap,
            text=text,
            asker=asker,
            reason=GapQuestion.Reason.REFUSED if number % 3 else GapQuestion.Reason.NOT_HELPFUL,
            answer_id=uuid4(),
            conversation_id=uuid4(),
            asked_at=now() - timedelta(days=3 * number + 1),
        )
        for number, (text, asker) in enumerate(askers)
    )
