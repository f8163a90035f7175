"""Tables, numbers and messages for people: one table type, written to a terminal, to Markdown and to HTML.

May import: data.
"""
