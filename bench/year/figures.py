"""Some months of a small town's questions, for pages that are looked at rather than measured."""

import random

from django.utils.timezone import now

from accounts.models import Department, Organization, User
from accounts.tenancy import tenant_scope
from bench.year.generated import Size, Year, count, write_questions
from bench.year.kept import keep
from bench.year.topics import by_document, write_topics
from retrieval.models import Document
from tests.builders import make_department, make_user

SIZE = Size(people=48, questions=1500, days=180)
DEPARTMENTS = ("משאבי אנוש", "כספים", "הנדסה", "גביה", "רווחה", "לשכת מנכ״ל")
TITLES = {
    "היעדרויות": ("נוהל מחלה", "נוהל לידה והורות", "נוהל מילואים"),
    "שכר": ("מדריך תלוש השכר", "נוהל שעות נוספות", "טבלת דרגות"),
    "רכב וחניה": ("נוהל חניה", "נוהל רכב שירות"),
    "רכש": ("נוהל רכש עד 50,000 ₪", "נוהל מכרזים"),
    "אבטחת מידע": ("נוהל סיסמאות", "נוהל התקן נייד"),
    "ציוד": ("נוהל השאלת ציוד", "נוהל טלפון נייד"),
}
TOPICS = {
    "נוהל מחלה": "אישור מחלה",
    "נוהל לידה והורות": "חופשת לידה",
    "נוהל מילואים": "צו מילואים",
    "מדריך תלוש השכר": "תלוש השכר",
    "נוהל שעות נוספות": "שעות נוספות",
    "טבלת דרגות": "קידום בדרגה",
    "נוהל חניה": "תו חניה",
    "נוהל רכב שירות": "רכב שירות",
    "נוהל רכש עד 50,000 ₪": "הזמנת רכש",
    "נוהל מכרזים": "מכרזים, תקרה",
    "נוהל סיסמאות": "סיסמה, נעול",
    "נוהל התקן נייד": "התקן נייד",
    "נוהל השאלת ציוד": "השאלת ציוד",
    "נוהל טלפון נייד": "טלפון נייד",
}
INTERESTS = 3  # that the people of a department have most to do with


def fill(username: str) -> None:
    """Write departments, people, documents and questions into this process's database, and count them."""
    chance = random.Random(8)  # the same pictures each time
    manager = User.directory.select_related("organization").get(username=username)
    organization = manager.organization
    departments = [make_department(name, organization=organization) for name in DEPARTMENTS]
    people = [
        _person(organization, departments[number * number % len(departments)])
        for number in range(SIZE.people)
    ]
    year = Year(organization, manager, people)
    with tenant_scope(organization.pk):
        documents = {
            topic: Document.objects.bulk_create(
                Document(title=title, category=topic, indexed_version=1) for title in titles
            )
            for topic, titles in TITLES.items()
        }
        topics = list(documents)
        interests = {each.pk: chance.sample(topics, INTERESTS) for each in departments}

        def cites(asker: User) -> list[Document]:
            own = interests[asker.department_id] if asker.department_id else topics
            topic = chance.choices(own, weights=range(len(own), 0, -1))[0]
            return [chance.choices(documents[topic], weights=range(len(documents[topic]), 0, -1))[0]]

        write_questions(year, SIZE, chance, cites, now())
    count(year)
    write_topics(organization.pk, by_document(organization.pk, TOPICS))
    keep(manager, people)


def _person(organization: Organization, department: Department) -> User:
    return make_user(organization=organization, department=department, password="!")  # noqa: S106 - nobody signs in
