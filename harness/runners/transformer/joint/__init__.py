"""The shipped kind of model: one encoder that answers entities, claims and sentence labels at once.

May import: what runners may.
"""
