"""The program `harness`: from words on a command line to the function that does the work; nothing else knows Hydra.

May import: every room.
"""
