"""Drawn heads: people nobody is, for tests and demonstrations of what finds and tells faces."""
