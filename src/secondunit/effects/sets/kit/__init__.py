"""The kit: pieces true to size, and what they are made of."""
