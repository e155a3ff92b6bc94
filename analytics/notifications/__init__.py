"""Notifications: what somebody is told in person, in the page, by e-mail, in a daily digest.

Events of the outbox become rows (`telling`), each as its recipient has chosen (`choosing`). Words are made
when they are shown (`wording`), so that nothing is told of what is gone; `reading` is the page, `mailing` the
mails.
"""
