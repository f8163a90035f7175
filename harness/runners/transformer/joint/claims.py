"""Claims out of the roles of a joint model: which cue opens a content, and which source stands at a cue.

The model marks contents, cues and sources; a group of BIO tags cannot say which belong together. The decoder below
says it by place. A *level* is the innermost content that holds a role: what stands inside a content belongs to claims
within it.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from harness.arabic.quotations import Stretch, quote_of
from harness.data.schema import Schema
from harness.data.types import Claim
from harness.runners.transformer.joint.entities import Line
from harness.runners.transformer.joint.heads import INNER, ROLE_CUT, attribute_group, is_told
from harness.runners.transformer.joint.tagging import Mention, choose

# A content that stands before its cue is the rarer order (45 of 1,314 in the training data): it has to be nearer.
_BACKWARDS: Final = 8
# A source before its cue is the rarer order too.
_BEFORE: Final = 2


class _Role(NamedTuple):
    """A role's mention, and the content around it."""

    mention: Mention
    level: Mention | None


def claims_in(line: Line, quotations: tuple[Stretch, ...], schema: Schema) -> list[Claim]:
    """The claims of a line with the attributes of `schema`, by their contents; the speakers are not known yet."""
    contents = _contents(line)
    cues = [_Role(cue, _level(cue, contents)) for cue in line.mentions.get("cue", [])]
    sources = _sources(cues, [_Role(source, _level(source, contents)) for source in line.mentions.get("source", [])])
    claims = []
    for content in contents:
        cue = _cue_of(content, _level(content, contents), cues)
        if cue is not None:
            claims.append(_claim(line, content, cue.mention, sources.get(cue.mention), quotations, schema))
    return claims


def _contents(line: Line) -> list[Mention]:
    """The contents of a line, in order; where both groups mark the same words it is one content, the surer."""
    kept: dict[tuple[int, int], Mention] = {}
    for content in (*line.mentions.get("content", []), *line.mentions.get("content" + INNER, [])):
        known = kept.get((content.first, content.last))
        if known is None or known.score < content.score:
            kept[content.first, content.last] = content
    return sorted(kept.values())


def _level(mention: Mention, contents: Sequence[Mention]) -> Mention | None:
    """The innermost content that holds a mention and is longer than it."""
    size = mention.last - mention.first
    around = [
        content
        for content in contents
        if content.first <= mention.first and mention.last <= content.last and content.last - content.first > size
    ]
    return min(around, key=lambda content: content.last - content.first, default=None)


def _cue_of(content: Mention, level: Mention | None, cues: Sequence[_Role]) -> _Role | None:
    """The nearest cue outside the content, on its own level if there is one; a cue behind it counts as farther."""

    def distance(cue: _Role) -> tuple[bool, int]:
        before = content.first - cue.mention.last
        gap = before if before >= 0 else cue.mention.first - content.last + _BACKWARDS
        return cue.level != level, gap

    outside = [cue for cue in cues if cue.mention.last <= content.first or cue.mention.first >= content.last]
    return min(outside, key=distance, default=None)


def _sources(cues: Sequence[_Role], sources: Sequence[_Role]) -> dict[Mention, Mention]:
    """The source of each cue: every source goes to its nearest cue, and a cue takes the nearest of its sources."""
    nearest: dict[Mention, tuple[int, Mention]] = {}
    for source in sources:
        peers = [cue for cue in cues if cue.level == source.level] or list(cues)
        if not peers:
            continue
        gap, cue = min((_gap(source.mention, cue.mention), cue.mention) for cue in peers)
        if cue not in nearest or gap < nearest[cue][0]:
            nearest[cue] = (gap, source.mention)
    return {cue: source for cue, (_, source) in nearest.items()}


def _gap(source: Mention, cue: Mention) -> int:
    """Words between a source and a cue."""
    after = source.first - cue.last
    return after if after >= 0 else abs(cue.first - source.last) + _BEFORE


def _claim(
    line: Line,
    content: Mention,
    cue: Mention,
    source: Mention | None,
    quotations: tuple[Stretch, ...],
    schema: Schema,
) -> Claim:
    where = line.span(content, ROLE_CUT)
    said = line.span(cue, ROLE_CUT)
    at_cue = line.logits[cue.first : cue.first + 1]
    attributes = {
        name: quote_of(where, said, quotations)
        if is_told(name, schema)
        else choose(at_cue, line.groups[attribute_group(name)])[0]
        for name in schema.attributes
    }
    by = None if source is None else line.span(source, ROLE_CUT)
    score = (content.score + cue.score) / 2
    return Claim(where, said, by, None, attributes, score)
