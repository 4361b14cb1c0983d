"""Files as safely as the operating system allows: whole writes, advisory locks, cheap copies.

The ways in are `atomic` (write-then-rename), `locks` (one process at a time), `linking` (one file
in two places) and `trees` (deleting). What the files mean is left to the callers.
"""
