"""Extractors: each answers documents without labels with an annotation.

May import: data, arabic, show.
"""
