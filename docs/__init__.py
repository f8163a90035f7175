"""Pages for people; the Python files here write pictures and the reference."""
