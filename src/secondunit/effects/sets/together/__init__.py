"""Several sets of one show beside each other."""
