"""The migrations; a package, so that no checker takes its env.py for the one of another chain."""
