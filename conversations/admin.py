"""Nothing of this app is in the admin, on purpose.

What people ask and are answered is theirs: not even a manager reads it. Managers see counts, which
`analytics` keeps without texts and without names.
"""
