"""Finished runs against each other: paired differences, leaderboards, power, data sets side by side.

May import: data, show, runners, scoring, runs.
"""
