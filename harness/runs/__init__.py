"""The run folder: the evaluation that writes it, and the class Run that reads it.

May import: data, show, datasets, runners, scoring, analysis.
"""
