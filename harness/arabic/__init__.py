"""Everything that knows Arabic: spelling variants, words and sentences with offsets, proclitics, quotations.

May import: data.
"""
