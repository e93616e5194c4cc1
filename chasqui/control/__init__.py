"""The port: what a console, perhaps in another process, may see of an engine and ask of it."""
