"""What a model is asked to annotate: the names of a schema, or the labels of a map in the place of its types."""

from dataclasses import replace

from harness.data.schema import Description, Schema
from harness.data.tagsets import TagSet


def wanted_schema(schema: Schema, tag_set: TagSet | None) -> Schema:
    """`schema`, with the labels of `tag_set` as types if there is one.

    A label is described by what it covers; one that covers nothing of the map's schema is not, but asked for: mentions
    under it would else be answered under another one.
    """
    if tag_set is None:
        return schema
    described = {path: said for path, said in schema.descriptions.items() if path[0] != "types"}
    for label, covered in tag_set.labels.items():
        terms = [tag_set.schema.describe("types", kind) for kind in covered]
        said = Description(*("; ".join(filter(None, texts)) for texts in zip(*terms, strict=True)))
        if any(said):
            described["types", label] = said
    made = replace(schema.with_types(tag_set.labels), descriptions=described, nesting=tag_set.nesting)
    return made if "entities" in made.layers else replace(made, layers=("entities", *made.layers))
