import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_organization_settings'),
        ('conversations', '0003_shares'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField(verbose_name='question')),
                ('state', models.CharField(choices=[('open', 'Waiting for an answer'), ('answered', 'Answered')], default='open', max_length=16, verbose_name='status')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='sent')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='answered on')),
                ('approved_answer_id', models.UUIDField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('question', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='referral', to='conversations.message')),
            ],
            options={
                'verbose_name': 'question to the knowledge team',
                'verbose_name_plural': 'questions to the knowledge team',
                'ordering': ['-created_at'],
                'indexes': [models.Index(fields=['organization', 'state', '-created_at'], name='referral_list')],
            },
        ),
    ]
