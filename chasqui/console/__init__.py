"""The Textual console; it speaks to the port and to nothing else."""
