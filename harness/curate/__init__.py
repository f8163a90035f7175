"""How a version of the gold standard is built, validated, compared between annotators and exported.

May import: data, arabic, formats, show, datasets, scoring.
"""
