"""The HTML page about one run, or about two.

May import: data, show, scoring, analysis, runs, comparison.
"""
