"""The engine beside a plain model of it: whatever is done to both, they must agree."""
