"""The work: effects that turn a plate and a brief into layers."""
