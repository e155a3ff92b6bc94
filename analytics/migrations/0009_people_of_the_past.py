from datetime import timedelta
from uuid import UUID

from django.db import migrations
from django.utils.timezone import get_default_timezone, localdate

AT_ONCE = 1000


def note_who_was_active(apps, _schema_editor):
    """Note who asked on which day, out of the answers that are there.

    Their department then is not known, and the days before were not counted by department: all of them
    belong to none.
    """
    messages = apps.get_model("conversations", "Message").objects.filter(role="assistant")
    people = apps.get_model("analytics", "ActivePerson")
    seen = set()
    rows = messages.values_list("organization_id", "author_id", "created_at")
    for organization_id, author_id, created_at in rows.iterator(chunk_size=AT_ONCE):
        seen.add((organization_id, author_id, localdate(created_at, get_default_timezone())))
    people.objects.bulk_create(
        (
            people(
                organization_id=organization_id,
                person_id=author_id,
                day=day,
                week=day - timedelta(day.isoweekday() % 7),
                department_id=UUID(int=0),
            )
            for organization_id, author_id, day in sorted(seen, key=str)
        ),
        batch_size=AT_ONCE,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('analytics', '0008_confidence_waiting_and_subjects'),
        ('conversations', '0008_first_words'),
    ]

    operations = [migrations.RunPython(note_who_was_active, migrations.RunPython.noop)]
