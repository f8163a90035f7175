"""The confidence of each rule: its precision as measured on annotated text, kept as data."""

from functools import cache

from harness.runners.rules.words.lexicon import rows

REST = "*"


@cache
def scores() -> dict[str, float]:
    """Rule → confidence in [0, 1]; `FAMILY *` stands for the unmeasured rules of a family, `*` for all others."""
    return {rule: float(values[0]) for rule, values in rows("scores")}


def score_of(rule: str) -> float:
    """The confidence of `rule`, of its family, or of an unmeasured rule."""
    known = scores()
    for name in (rule, f"{family(rule)} {REST}"):
        if name in known:
            return known[name]
    return known[REST]


def family(rule: str) -> str:
    """The family of a rule: its first word, which for names with a head is the kind of head."""
    return rule.partition(" ")[0]
