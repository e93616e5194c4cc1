"""Random requests against a host, and what must come back."""
