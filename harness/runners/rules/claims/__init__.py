"""Claims by rule: cues and frames, the contents they open, sources and speakers.

May import: words, nothing else of the rules.
"""
