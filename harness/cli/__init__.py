"""The program `harness`: from words on a command line to the function that does the work.

May import: every room.
"""
