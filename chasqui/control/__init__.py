"""What another process may see of an engine, and ask of it."""
