"""A building comes down in a real plate."""
