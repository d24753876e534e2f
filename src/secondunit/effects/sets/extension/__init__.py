"""A set that is not built yet, seen by the camera of a plate: a set extension to look at."""
