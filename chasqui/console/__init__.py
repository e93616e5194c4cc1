"""The Textual console; it talks to the port and to nothing else."""
