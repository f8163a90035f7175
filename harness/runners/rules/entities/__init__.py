"""Entities by rule: the stages that fill a chart, rules files with their examples, names and persons in Python.

May import: words and the engine beside it, nothing else of the rules.
"""
