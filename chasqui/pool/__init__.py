"""The pool: threads and the queue in front of them. Standard library only."""
