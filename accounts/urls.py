"""Addresses of this app; `config.urls` composes them."""

from django.urls import URLPattern, URLResolver, path

from accounts import second_step_pages, sign_in_pages, views
from accounts.api import keys, members, profile, sign_in, sign_ins

root_urlpatterns: list[URLPattern | URLResolver] = [
    path("register", sign_in.RegisterView.as_view(), name="root-register"),
    path("login", sign_in.LoginView.as_view(), name="root-login"),
]
api_urlpatterns: list[URLPattern | URLResolver] = [
    path("register", sign_in.RegisterView.as_view(), name="api-register"),
    path("login", sign_in.LoginView.as_view(), name="api-login"),
    path("refresh", sign_in.RefreshView.as_view(), name="api-refresh"),
    path("logout", sign_in.LogoutView.as_view(), name="api-logout"),
    path("ws-ticket", sign_in.TicketView.as_view(), name="api-ws-ticket"),
    path("sign-ins", sign_ins.SignInsView.as_view(), name="api-sign-ins"),
    path("sign-ins/<uuid:sign_in_id>", sign_ins.SignInDetailView.as_view(), name="api-sign-in"),
    path("profile", profile.ProfileView.as_view(), name="api-profile"),
    path("password/change", profile.PasswordChangeView.as_view(), name="api-password-change"),
    path("password/reset", profile.PasswordResetView.as_view(), name="api-password-reset"),
    path(
        "password/reset/confirm",
        profile.PasswordResetConfirmView.as_view(),
        name="api-password-reset-confirm",
    ),
    path("members", members.MembersView.as_view(), name="api-members"),
    path("members/<uuid:member_id>", members.MemberDetailView.as_view(), name="api-member"),
    path("members/<uuid:member_id>/approve", members.MemberApprovalView.as_view(), name="api-member-approve"),
    path(
        "members/<uuid:member_id>/deactivate",
        members.MemberDeactivationView.as_view(),
        name="api-member-deactivate",
    ),
    path(
        "members/<uuid:member_id>/second-factor",
        members.MemberSecondFactorView.as_view(),
        name="api-member-second-factor",
    ),
    path(
        "members/<uuid:member_id>/sessions",
        members.MemberSessionsView.as_view(),
        name="api-member-sessions",
    ),
    path("departments", members.DepartmentsView.as_view(), name="api-departments"),
    path("departments/<uuid:department_id>", members.DepartmentDetailView.as_view(), name="api-department"),
    path("invitations", members.InvitationsView.as_view(), name="api-invitations"),
    path("invitations/<uuid:invitation_id>", members.InvitationDetailView.as_view(), name="api-invitation"),
    path("api-keys", keys.ApiKeysView.as_view(), name="api-keys"),
    path("api-keys/<uuid:key_id>", keys.ApiKeyDetailView.as_view(), name="api-key"),
]
web_urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", views.log_in, name="login"),
    path("logout/", views.log_out, name="logout"),
    path("register/", views.register, name="register"),
    path("pending/", views.pending, name="pending"),
    path("profile/", views.profile, name="profile"),
    path("sign-ins/", sign_in_pages.sign_ins, name="sign-ins"),
    path("sign-ins/end-others/", sign_in_pages.end_others, name="sign-ins-end-others"),
    path("sign-ins/<uuid:sign_in_id>/end/", sign_in_pages.end_one, name="sign-in-end"),
    path("second-step/", second_step_pages.second_step, name="second-step"),
    path("second-step/state/", second_step_pages.state, name="second-step-state"),
    path("second-step/set-up/", second_step_pages.set_up, name="second-step-set-up"),
    path("second-step/codes/", second_step_pages.renew_codes, name="second-step-codes"),
    path("second-step/take-away/", second_step_pages.take_away, name="second-step-take-away"),
    path("password-change/", views.password_change, name="password-change"),
    path("password-reset/", views.password_reset, name="password-reset"),
    path("password-reset/sent/", views.password_reset_sent, name="password-reset-sent"),
    path("password-reset/done/", views.password_reset_done, name="password-reset-done"),
    path(
        "password-reset/<str:uid>/<str:token>/", views.password_reset_confirm, name="password-reset-confirm"
    ),
]
