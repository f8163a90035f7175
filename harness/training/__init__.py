"""Training of token classifiers: corpora to samples to a checkpoint that runners/transformer reads.

May import: data, show, datasets, runners, scoring.
"""
