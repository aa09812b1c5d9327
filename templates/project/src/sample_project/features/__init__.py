"""Features: one build for all; a folder here with a `features.toml` is a set that models share."""
