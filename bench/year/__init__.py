"""A generated year of an organisation, and whether its dashboard says of it what SQL written by hand says."""
