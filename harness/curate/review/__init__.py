"""The page on which a person reviews a version of the gold."""
