"""Second Unit: a generative shot pipeline for film and TV crews."""

__version__ = "0.1.0"
