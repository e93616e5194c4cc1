"""What keys do: the table of all actions, and the bindings made from it."""
