import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_free_answers'),
        ('analytics', '0004_gap_index_version'),
        ('retrieval', '0009_editions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EvaluationQuestion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=1000, verbose_name='question')),
                ('words', models.TextField(blank=True, help_text='One a line; the answer has to hold each of them.', max_length=1000, verbose_name='words of a right answer')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='added')),
                ('document', models.ForeignKey(blank=True, help_text='Empty for a question that should be refused.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='retrieval.document', verbose_name='document that answers')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'verbose_name': 'evaluation question',
                'verbose_name_plural': 'evaluation questions',
                'ordering': ['text'],
                'constraints': [models.UniqueConstraint(fields=('organization', 'text'), name='evaluation_question_unique')],
            },
        ),
        migrations.CreateModel(
            name='EvaluationRun',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('running', 'Running'), ('complete', 'Complete')], default='running', max_length=16, verbose_name='status')),
                ('questions', models.JSONField(default=list, editable=False)),
                ('results', models.JSONField(default=list, editable=False)),
                ('figures', models.JSONField(default=dict, editable=False)),
                ('model', models.CharField(blank=True, default='', max_length=100, verbose_name='language model')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='begun')),
                ('completed_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('started_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='started by')),
            ],
            options={
                'verbose_name': 'evaluation',
                'verbose_name_plural': 'evaluations',
                'ordering': ['-created_at'],
                'indexes': [models.Index(fields=['organization', '-created_at'], name='evaluation_run_list')],
            },
        ),
    ]
