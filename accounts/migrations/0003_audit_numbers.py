"""Apart from the rows' numbering: PostgreSQL changes no table that has unfinished triggers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_chain")]

    operations = [
        migrations.AlterField("AuditEntry", "number", models.PositiveBigIntegerField("number")),
        migrations.AddConstraint(
            "AuditEntry",
            models.UniqueConstraint(
                fields=("organization", "number"), name="audit_number_unique_in_organization"
            ),
        ),
        migrations.AddIndex(
            "AuditEntry", models.Index(fields=["organization", "target"], name="audit_of_a_subject")
        ),
        migrations.AddIndex("AuditEntry", models.Index(fields=["organization", "at"], name="audit_by_time")),
    ]
