"""What was asked for: a TOML brief in, a frozen value or all errors at once out."""
