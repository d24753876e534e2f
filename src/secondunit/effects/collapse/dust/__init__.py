"""Dust: air that is pushed about by what falls, the dust it carries, and the picture of it."""
