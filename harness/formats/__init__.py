"""The files of annotation tools, both ways: marks and links between them, and how each tool writes them.

May import: data.
"""
