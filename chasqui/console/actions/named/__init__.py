"""The actions, a file for each place or subject."""
