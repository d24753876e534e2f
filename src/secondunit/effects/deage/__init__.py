"""De-age: a consenting performer, younger or older by a dial in years."""
