"""A search through the orders in which threads can interleave, instruction by instruction."""
