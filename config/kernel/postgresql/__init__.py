"""Django's PostgreSQL backend, for a server that may go away; `base` is where Django looks."""
