"""A rendered person: head and shoulders made of numbers, for pictures that may be trained on and shown."""
