"""Monitoring: whether the world has moved away from what the champion was trained on."""
