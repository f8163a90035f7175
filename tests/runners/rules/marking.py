"""What the entity rules find in a text, as (surface, type) pairs."""

from harness.runners.rules.entities.entities import find_entities


def marked(text: str, *types: str) -> set[tuple[str, str]]:
    """The entities of `text`, of the given types or of all."""
    return {(text[one.start : one.end], one.type) for one in find_entities(text) if not types or one.type in types}


def of_type(text: str, kind: str) -> list[str]:
    """The surfaces of one type, in order."""
    return [text[one.start : one.end] for one in find_entities(text) if one.type == kind]
