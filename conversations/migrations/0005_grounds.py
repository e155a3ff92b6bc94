from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0004_referrals'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='grounds',
            field=models.JSONField(default=dict),
        ),
    ]
