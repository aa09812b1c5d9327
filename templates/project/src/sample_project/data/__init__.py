"""Data: from files as they come to valid, typed rows that are known at a given moment."""
