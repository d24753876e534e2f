"""How the shards move: load, breaking, contact, friction. One stage and its parts."""
