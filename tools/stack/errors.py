"""What can go wrong, in words for the person at the terminal."""


class StackError(Exception):
    """Something the person has to know or do; its text is shown as it is."""
