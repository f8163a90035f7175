"""Readers of annotated corpora: each yields documents with their gold annotation.

May import: data, arabic, formats.
"""
