"""The tables of accounts."""

from accounts.models.audit import AuditEntry, AuditHead
from accounts.models.budgets import Budget, BudgetLedger, BudgetReservation
from accounts.models.keys import ApiKey
from accounts.models.organizations import Department, Organization, OrganizationSettings
from accounts.models.people import Invitation, RefreshToken, User
from accounts.models.second_factor import SecondFactor
from accounts.models.sessions import Session

__all__ = [
    "ApiKey",
    "AuditEntry",
    "AuditHead",
    "Budget",
    "BudgetLedger",
    "BudgetReservation",
    "Department",
    "Invitation",
    "Organization",
    "OrganizationSettings",
    "RefreshToken",
    "SecondFactor",
    "Session",
    "User",
]
