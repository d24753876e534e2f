"""What came back: takes, immutable and whole."""
