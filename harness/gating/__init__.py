"""The verdict on a run for CI: baselines, the rules of a policy, and what they find.

May import: data, show, arabic, scoring, analysis, runs, comparison.
"""
