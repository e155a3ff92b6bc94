import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_organization_settings'),
        ('retrieval', '0007_passage_of_organization'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ApprovedAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('questions', models.TextField(help_text='One question a line; the more ways to ask it, the more often it is recognized.', max_length=4000, verbose_name='ways to ask')),
                ('answer', models.TextField(help_text='Markdown can be used.', max_length=8000, verbose_name='answer')),
                ('restricted', models.BooleanField(default=False, editable=False)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('approved', 'Approved')], default='draft', max_length=16, verbose_name='status')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('approved_at', models.DateTimeField(editable=False, null=True, verbose_name='approved on')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='added')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('approved_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('departments', models.ManyToManyField(blank=True, related_name='+', to='accounts.department', verbose_name='departments')),
                ('documents', models.ManyToManyField(blank=True, related_name='+', to='retrieval.document', verbose_name='documents it rests on')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='responsible')),
            ],
            options={
                'verbose_name': 'approved answer',
                'verbose_name_plural': 'approved answers',
                'ordering': ['-updated_at'],
                'indexes': [models.Index(fields=['organization', 'state'], name='approved_answer_in_use')],
            },
        ),
    ]
