"""Finished runs and trainings in MLflow; nothing else names it.

May import: data, show, scoring, runs, comparison.
"""
