"""Solid things: the plate carried by projection, broken faces, sun and sky, shadows on what stays."""
