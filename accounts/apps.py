from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from typing_extensions import override


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    @override
    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in, user_logged_out
        from django.db.models.signals import post_delete

        from accounts.models import Session
        from accounts.services.sign_in import record_sign_out
        from accounts.sessions import remember_sign_in
        from accounts.standing import tell_of_session

        post_delete.connect(tell_of_session, sender=Session)
        user_logged_in.connect(remember_sign_in)
        user_logged_out.connect(record_sign_out)
