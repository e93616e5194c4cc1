"""Values of any kind as JSON, without loss and without harm.

From outside use `marks`, which marks what JSON cannot hold and reads it back, and `plain`, which
tells values that need no such care. `jsonable` is how `marks` goes through a value.
"""
