"""From `conf/` and overrides to the parts that they describe; with the command line the only room that knows Hydra.

May import: data.
"""
