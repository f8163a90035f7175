"""Documents and their annotations, in memory and on disk: types, JSON Lines, tags, tag sets and maps between them.

May import: nothing of harness.
"""
