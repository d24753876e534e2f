"""Works we may not copy: a register of them, outputs compared with it, and names that must not stand in a brief."""
