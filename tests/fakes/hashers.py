"""The product's password hasher at the lowest cost that bcrypt allows."""

from django.contrib.auth.hashers import BCryptSHA256PasswordHasher


class FastBCrypt(BCryptSHA256PasswordHasher):
    rounds = 4
