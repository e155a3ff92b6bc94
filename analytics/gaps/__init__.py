"""What the organisation does not know yet: questions without a good answer, grouped by what they ask."""
