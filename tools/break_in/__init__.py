"""Tries to break into a running installation, as people of other organisations and as strangers would."""
