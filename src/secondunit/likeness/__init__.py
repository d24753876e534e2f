"""Who is in the picture: faces found, matched to named people, and what is kept of those people, encrypted."""
