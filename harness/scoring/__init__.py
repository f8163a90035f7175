"""Scorers, and the statistics of what they count: matching, counting, intervals, paired tests, power.

May import: data, arabic.
"""
