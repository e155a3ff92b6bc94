from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_organization_settings'),
    ]

    operations = [
        migrations.AddField(
            model_name='organizationsettings',
            name='answers_freely',
            field=models.BooleanField(default=False, help_text='The language model then answers out of general knowledge, and the answer says so. Otherwise answers come from the documents only, and what they do not hold is refused.', verbose_name='answer without sources where the documents have no answer'),
        ),
    ]
