"""Topics are groups of questions, no longer categories of documents."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from accounts.same_organization import SameOrganization


def forget_categories(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("analytics", "DailySubject")._base_manager.filter(kind="topic").delete()


class Migration(migrations.Migration):

    dependencies = [
        ("analytics", "0012_same_organization"),
        ("conversations", "0009_lease_watch"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='dailyusage',
            options={'ordering': ['-day'], 'verbose_name': 'daily usage', 'verbose_name_plural': 'Dashboard'},
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('label', models.CharField(max_length=100)),
                ('words', models.JSONField(default=dict)),
                ('mean', models.BinaryField(default=bytes)),
                ('embedder', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField(default=0)),
                ('labelled_size', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
        ),
        migrations.CreateModel(
            name='TopicQuestion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('asked_at', models.DateTimeField()),
                ('vector', models.BinaryField(default=bytes)),
                ('embedder', models.CharField(max_length=100)),
                ('asker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='conversations.conversation')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('question', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='conversations.message')),
                ('topic', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='analytics.topic')),
            ],
        ),
        migrations.AddIndex(
            model_name='topic',
            index=models.Index(fields=['organization', 'embedder'], name='topic_of_embedder'),
        ),
        migrations.AddIndex(
            model_name='topicquestion',
            index=models.Index(fields=['organization', 'asked_at', 'topic', 'asker', 'conversation'], name='topic_question_of_period'),
        ),
        migrations.AddIndex(
            model_name='topicquestion',
            index=models.Index(fields=['organization', 'topic', '-asked_at'], name='topic_question_of_topic'),
        ),
        SameOrganization("analytics.TopicQuestion", ["question", "conversation", "asker", "topic"]),
        migrations.RunPython(forget_categories, migrations.RunPython.noop),
    ]
