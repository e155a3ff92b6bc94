"""Every tenant row points at rows of its own organisation, and PostgreSQL sees to it."""

from django.db import migrations

from accounts.same_organization import SameOrganization


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0011_hidden_secrets"),
        ("accounts", "0011_second_factor"),
        ("conversations", "0009_lease_watch"),
        ("retrieval", "0010_glossary_entries"),
    ]

    operations = [
        SameOrganization("accounts.Budget", ["department", "person"]),
        SameOrganization("accounts.BudgetReservation", ["ledger"]),
        SameOrganization("accounts.ApiKey", ["owner"]),
        SameOrganization("accounts.User", ["department"]),
        SameOrganization("accounts.Invitation", ["department", "created_by"]),
        SameOrganization("accounts.RefreshToken", ["user"]),
        SameOrganization("accounts.SecondFactor", ["user"]),
        SameOrganization("conversations.Conversation", ["owner"]),
        SameOrganization("conversations.Message", ["conversation", "parent", "author"]),
        SameOrganization("conversations.Citation", ["message"]),
        SameOrganization("conversations.Feedback", ["message", "user"]),
        SameOrganization("conversations.Share", ["conversation"]),
        SameOrganization("conversations.Referral", ["question", "asker", "answered_by"]),
        SameOrganization("conversations.Reading", ["owner", "reader"]),
        SameOrganization("conversations.Hold", ["person", "placed_by"]),
        SameOrganization("retrieval.Document", ["edition_by", "uploaded_by"]),
        SameOrganization("retrieval.Edition", ["document", "made_by"]),
        SameOrganization("retrieval.Passage", ["document"]),
        SameOrganization("retrieval.ApprovedAnswer", ["owner", "approved_by"]),
        SameOrganization("analytics.ActivePerson", ["person"]),
        SameOrganization("analytics.Erasure", ["asked_by"]),
        SameOrganization("analytics.EvaluationQuestion", ["document"]),
        SameOrganization("analytics.EvaluationRun", ["started_by"]),
        SameOrganization("analytics.KnowledgeGap", ["owner"]),
        SameOrganization("analytics.GapQuestion", ["gap", "asker"]),
        SameOrganization("analytics.Notification", ["recipient"]),
        SameOrganization("analytics.NotificationChoice", ["person"]),
        SameOrganization("analytics.WebhookDelivery", ["webhook"]),
    ]
