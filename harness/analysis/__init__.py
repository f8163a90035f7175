"""What explains the scores of one run: slices, calibration, confusion, errors along the way from entities to claims.

May import: data, show, arabic, scoring.
"""
