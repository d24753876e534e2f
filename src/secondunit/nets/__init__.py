"""Learned parts: where their weights come from, and what runs them."""
