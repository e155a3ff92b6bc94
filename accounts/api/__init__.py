"""REST: one class for each operation; what goes in and out is in `accounts.serializers`."""
