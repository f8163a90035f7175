"""The rule-based extractor: entities by a grammar, claims and check-worthiness in Python, words as TSV.

May import: what runners may.
"""
