"""What people ask about: questions grouped by meaning, and what each group is called."""
