"""Sets: from a brief to a set that can be measured, looked at, priced and built."""
