"""GLiNER2: mentions of whatever types it is asked for, by name and description.

May import: what runners may. The package of the same name is imported when a model is loaded.
"""
