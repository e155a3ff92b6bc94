"""What the dashboard shows of departments: whole weeks in which enough of their people asked, and nothing
from which a smaller group could be worked out.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
import time_machine

from accounts.access import actor_of
from accounts.models import Department, Organization, User
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.dashboard import Dashboard, dashboard
from analytics.departments import shown
from analytics.models import NO_DEPARTMENT
from analytics.projections import count_rating, count_turn
from config.kernel.errors import PermissionDeniedError
from config.kernel.outbox import OutboxMessage
from conversations import services
from conversations.types import Closing, MessageStatus
from tests.builders import make_user
from tests.conftest import BrowserOf

PAGE = "/admin/analytics/dailyusage/dashboard/"
SUNDAY, TUESDAY, SATURDAY = date(2026, 11, 22), date(2026, 11, 24), date(2026, 11, 28)
A, B, C = (UUID(int=number) for number in (1, 2, 3))

Ask = Callable[..., list[UUID]]


@pytest.fixture
def ask() -> Ask:
    """Let people ask on a day, an answer each, and have it counted; return the answers' ids."""

    def ask(people: Sequence[User], *, on: date = TUESDAY) -> list[UUID]:
        return [_asked(actor_of(person), on) for person in people]

    return ask


def _asked(actor: Actor, on: date) -> UUID:
    with time_machine.travel(datetime(on.year, on.month, on.day, 10, tzinfo=UTC), tick=False):
        turn = services.open_turn(actor=actor, text="מה הנוהל?", lease_owner="tests")
        closing = Closing(status=MessageStatus.COMPLETE, text="כך.", confidence_level="high")
        services.close_turn(turn=turn, closing=closing)
    count_turn(event(actor, turn.answer_id))
    return turn.answer_id


def event(actor: Actor, answer_id: UUID, **payload: str) -> OutboxMessage:
    moment = datetime(2026, 11, 24, tzinfo=UTC)
    return OutboxMessage(
        uuid4(), "tested", actor.organization_id, {"answer_id": str(answer_id), **payload}, moment
    )


def people_of(department: Department | None, count: int, organization: Organization) -> list[User]:
    return [make_user(organization=organization, department=department) for _number in range(count)]


def board_of(
    manager: User, department: Department, *, since: date = SUNDAY, until: date = SATURDAY
) -> Dashboard:
    return dashboard(actor=actor_of(manager), since=since, until=until, department_id=department.pk)


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ({A: 3}, {A}),
        ({A: 2}, set()),
        ({A: 3, B: 4, C: 3}, {A, B, C}),
        ({A: 5, B: 2}, set()),  # B would be all that A is not
        ({A: 5, B: 4, C: 2}, {A}),  # C hides among B's people
        ({A: 5, B: 2, C: 2}, {A}),  # two small ones hide each other
        ({A: 5, NO_DEPARTMENT: 1}, set()),
        ({A: 5, NO_DEPARTMENT: 3}, {A}),
        ({A: 5, B: 1, NO_DEPARTMENT: 2}, {A}),
        ({}, set()),
    ],
)
def test_what_is_hidden_is_no_small_group_either(people: dict[UUID, int], expected: set[UUID]) -> None:
    assert shown(people) == expected


def test_a_department_is_shown_where_three_of_it_asked(
    ask: Ask, manager: User, department: Department, organization: Organization
) -> None:
    three = people_of(department, 3, organization)
    ask(three)
    ask(three[:1], on=SUNDAY)
    board = board_of(manager, department)
    assert (board.total.questions, board.people, board.hidden) == (4, 3, 0)
    assert [bar.numbers.questions for bar in board.bars] == [4]


def test_a_week_in_which_two_asked_is_hidden_in_bars_sums_and_files(
    ask: Ask, manager: User, department: Department, organization: Organization, browser: BrowserOf
) -> None:
    three = people_of(department, 3, organization)
    ask(three)
    ask(three[:2], on=date(2026, 11, 17))
    board = board_of(manager, department, since=date(2026, 11, 15))
    assert [(bar.numbers.questions, bar.people, bar.is_hidden) for bar in board.bars] == [
        (0, 0, True),
        (3, 3, False),
    ]
    assert (board.total.questions, board.hidden) == (3, 1)
    period = {"since": "2026-11-15", "until": "2026-11-28", "department_id": str(department.pk)}
    page = browser(manager).get(PAGE, period).content.decode()
    assert "פחות מ־3 אנשים" in page
    assert "שבוע אחד בתקופה אינו מוצג" in page
    file = browser(manager).get(PAGE, {**period, "format": "csv"}).content.decode()
    assert f"2026-11-15,2026-11-21{',' * 16}\r\n" in file


def test_weeks_are_never_cut_so_two_periods_tell_no_part_of_one(
    ask: Ask, manager: User, department: Department, organization: Organization
) -> None:
    three = people_of(department, 3, organization)
    ask(three, on=SUNDAY)
    ask(three[:1], on=TUESDAY)
    for until in (SUNDAY, TUESDAY, SATURDAY):
        board = board_of(manager, department, until=until)
        assert (board.since, board.until, board.total.questions) == (SUNDAY, SATURDAY, 4)


def test_a_person_who_moves_counts_for_one_department_a_day(
    ask: Ask,
    manager: User,
    department: Department,
    other_department: Department,
    organization: Organization,
) -> None:
    three = people_of(department, 3, organization)
    answers = ask(three)
    moving = three[0]
    with tenant_scope(organization.pk):
        moving.department = other_department
        moving.save()
    ask([moving])
    for rating, previous in (("up", ""), ("", "up")):
        count_rating(event(actor_of(moving), answers[0], rating=rating, previous=previous))
    board = board_of(manager, department)
    assert (board.total.questions, board.total.helpful, board.people) == (4, 0, 3)
    ask([moving], on=SATURDAY)
    assert board_of(manager, department).total.questions == 0  # the one who moved would stand alone


def test_a_department_of_another_organisation_is_none_to_choose(
    browser: BrowserOf, outside_manager: User, department: Department
) -> None:
    page = browser(outside_manager).get(PAGE, {"department_id": str(department.pk)})
    assert page.status_code == 400
    assert department.name not in page.content.decode()


def test_a_member_sees_no_department(actor: Actor, department: Department) -> None:
    with pytest.raises(PermissionDeniedError):
        dashboard(actor=actor, since=SUNDAY, until=SATURDAY, department_id=department.pk)
