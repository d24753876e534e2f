"""What a file says about its own making: C2PA credentials, hash trees over frames, and checking both."""
