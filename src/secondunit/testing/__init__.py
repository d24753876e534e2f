"""For people who write effects: a tiny effect to copy and a contract that every effect must keep."""
