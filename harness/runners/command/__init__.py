"""Programs of any language: documents on their standard input, predictions on their standard output.

May import: what runners may.
"""
