"""Plugins: the hooks, what they return, and the loader."""
