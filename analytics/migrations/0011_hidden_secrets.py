from django.db import migrations, models

from config.kernel.hiding import hidden

SALT = "analytics.webhook"


def hide(apps, _schema_editor):
    """Hide the keys that lay in plain."""
    for hook in apps.get_model("analytics", "Webhook").objects.all():
        hook.hidden_secret = hidden(hook.hidden_secret, salt=SALT)
        hook.save(update_fields=["hidden_secret"])


class Migration(migrations.Migration):

    dependencies = [
        ("analytics", "0010_notifications"),
    ]

    operations = [
        migrations.RenameField("webhook", "secret", "hidden_secret"),
        migrations.AlterField(
            "webhook", "hidden_secret", models.CharField(editable=False, max_length=300)
        ),
        migrations.RunPython(hide, migrations.RunPython.noop),
    ]
