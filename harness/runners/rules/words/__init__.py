"""Words of the rules: folding, proclitics, the word lists, and a text looked up in them.

May import: data, arabic, nothing else of the rules.
"""
