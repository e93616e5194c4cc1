"""Values of any kind as JSON, without loss and without running their code.

From outside use `marks`, which marks what JSON cannot hold and reads it back, and `plain`, which
recognises values that need no marks. `jsonable` is how `marks` walks through a value.
"""
