"""Audit entries are numbered and chained; those that are there already become the beginning of their chain."""

import uuid

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from accounts import audit


def chain(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    entries = apps.get_model("accounts", "AuditEntry")._base_manager
    heads = apps.get_model("accounts", "AuditHead")._base_manager
    for organization_id in entries.order_by().values_list("organization_id", flat=True).distinct():
        length, digest = 0, audit.ORIGIN
        for entry in entries.filter(organization_id=organization_id).order_by("at", "id").iterator():
            length += 1
            entry.number = length
            digest = entry.digest = audit.digest_of(entry, previous=digest)
            entries.filter(pk=entry.pk).update(number=length, digest=digest)
        end = audit.end_of(organization_id, length, digest)
        heads.create(organization_id=organization_id, **end)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("length", models.PositiveBigIntegerField(default=0)),
                ("digest", models.CharField(max_length=64)),
                ("seal", models.CharField(max_length=64)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
            ],
            options={
                "verbose_name": "end of the audit trail",
                "verbose_name_plural": "ends of the audit trails",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization",), name="audit_head_one_of_an_organization"
                    )
                ],
            },
        ),
        migrations.AddField("AuditEntry", "number", models.PositiveBigIntegerField("number", null=True)),
        migrations.AddField("AuditEntry", "note", models.CharField("reason", max_length=500, blank=True, default=""), preserve_default=False),
        migrations.AddField("AuditEntry", "digest", models.CharField("digest", max_length=64, default=""), preserve_default=False),
        migrations.AlterField("AuditEntry", "at", models.DateTimeField("time")),
        migrations.RunPython(chain, migrations.RunPython.noop),
    ]
