"""Check-worthiness of sentences by rule.

May import: words, claims, nothing else of the rules.
"""
