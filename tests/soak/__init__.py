"""What takes too long for every run: the same promises, at length."""
