"""The reference: written by `make.py`, but for files.md."""
