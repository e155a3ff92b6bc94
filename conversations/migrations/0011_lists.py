"""Lists of the admin are read in the order of an index."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0012_lists'),
        ('conversations', '0010_shown_branch'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='reading',
            index=models.Index(fields=['organization', '-at', '-id'], name='reading_list'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(fields=['organization', '-created_at', '-id'], name='referral_by_time'),
        ),
    ]
