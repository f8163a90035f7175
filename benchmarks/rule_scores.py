"""Measure the precision of every entity rule and print it as `lexicon/scores.tsv`.

    python benchmarks/rule_scores.py TRAIN.jsonl > harness/runners/rules/lexicon/scores.tsv

A rule's precision is drawn towards that of its family, and a family's towards that of all rules, as if PRIOR further
finds had been seen: few finds move it little.
"""

import sys
from collections import Counter
from pathlib import Path

from harness.data.codec import read_examples
from harness.runners.rules.entities.entities import find
from harness.runners.rules.entities.scores import REST, family
from harness.runners.rules.words.gazetteer import lexicon

PRIOR = 4.0
HEADER = """\
# Rule and its precision on annotated newswire, smoothed; written by benchmarks/rule_scores.py.
# "FAMILY *" stands for the unmeasured rules of a family, "*" for all others."""


def measure(path: Path) -> tuple[Counter[str], Counter[str]]:
    """Right finds (exact offsets and type) and all finds of every rule."""
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for example in read_examples(path):
        text = lexicon().read(example.document.text)
        gold = {one[:3] for one in example.gold.entities or ()}
        for one in find(text):
            right[one.rule] += (text.begins[one.first] + one.cut, text.ends[one.last - 1], one.type) in gold
            found[one.rule] += 1
    return right, found


def smooth(right: Counter[str], found: Counter[str]) -> dict[str, float]:
    """Rule or family → smoothed precision."""
    overall = right.total() / found.total()
    families: dict[str, list[str]] = {}
    for rule in found:
        families.setdefault(family(rule), []).append(rule)
    scores = {REST: 0.5}
    for name, rules in families.items():
        hits, finds = sum(right[rule] for rule in rules), sum(found[rule] for rule in rules)
        prior = (hits + PRIOR * overall) / (finds + PRIOR)
        if len(rules) > 1:
            scores[f"{name} {REST}"] = prior
        scores |= {rule: (right[rule] + PRIOR * prior) / (found[rule] + PRIOR) for rule in rules}
    return scores


def main() -> None:
    """Print the table for the file named on the command line."""
    right, found = measure(Path(sys.argv[1]))
    print(HEADER)
    for rule, score in sorted(smooth(right, found).items()):
        print(f"{rule}\t{score:.2f}")


if __name__ == "__main__":
    main()
