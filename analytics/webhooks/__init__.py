"""Webhooks: programs elsewhere are told of what happens, signed, again and again until they have heard it.

The outbox says what happened (`spreading`); each webhook has a delivery of its own (`delivering`), so that an
address that is away holds up no other; `addresses` and `sending` guard where a request may go.
"""
