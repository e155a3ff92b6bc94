"""What changes people, organisations and access; one module for each matter."""
