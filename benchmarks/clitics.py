"""How well the proclitic analyser cuts the words that entities begin in.

    python benchmarks/clitics.py FILE...

A `.jsonl` file has gold offsets: an entity that starts inside a word tells a true proclitic, one that starts at a word
in و ف ب ل ك tells that there is none. A `.conll` file tags whole words with their proclitics attached, so it tells
less: a word counts as cut where its rest begins entities more often than the whole does, and as whole where it begins
three or more and its rest never occurs. Precision and recall are of sure cuts.

The errors left, by class (one first letter may have several): a rest of one digit (و6), which the rule of two letters
forbids to cut; a name whose rest is a common word (بوادي); a rare loan of the shape of a cut word; an undecided short
name, which is meant to be so; an undecided ب or ل before a name that no lexicon has.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.arabic.clitics import analyse, stem_starts
from harness.arabic.segment import words

LETTERS = "وفبلك"
SHOWN = 12


def read_gold(path: Path) -> Iterator[tuple[str, int]]:
    """Each entity-initial word in و ف ب ل ك, and how many of its characters stand before the entity."""
    for line in path.read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        text, starts = document["text"], {entity["start"] for entity in document["entities"]}
        for start, end in words(text):
            inside = [at - start for at in starts if start <= at < min(start + 3, end)]
            if inside and text[start] in LETTERS:
                yield text[start:end], max(inside)


def read_tagged(path: Path) -> Iterator[tuple[str, int]]:
    """Each entity-initial word of a tagged file of which the other entities tell whether it is cut."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if "\t" in line]
    first = Counter(word for word, tag in rows if tag.startswith("B-"))
    seen = {word for word, _ in rows}
    for word, times in first.items():
        # The rest of للصين is spelled like no other word.
        if word[0] in LETTERS and len(word) > 2 and not word.startswith("لل"):
            if first[word[1:]] > times:
                yield from [(word, 1)] * times
            elif times > 2 and word[1:] not in seen:
                yield from [(word, 0)] * times


def judge(word: str, true: int) -> str:
    """`right`, `undecided`, or the kind of mistake; a wrong length is a mistake even where something was to be cut."""
    prefix = analyse(word)
    if prefix.length == true and prefix.sure:
        return "right"
    if not prefix.sure:
        return "undecided" if true in stem_starts(word) else "undecided, true start not among the starts"
    return f"cut {prefix.length} for {true}"


def report(name: str, pairs: Iterable[tuple[str, int]]) -> None:
    """Print the figures of one file, then what went wrong."""
    outcomes: Counter[tuple[bool, str]] = Counter()
    wrong: dict[str, Counter[str]] = {}
    for word, true in pairs:
        verdict = judge(word, true)
        outcomes[true > 0, verdict] += 1
        if verdict != "right":
            wrong.setdefault(f"{word[0]} {'cut' if true else 'whole'}: {verdict}", Counter())[word] += 1
    cut = sum(times for (true, _), times in outcomes.items() if true)
    total, good = outcomes.total(), outcomes[True, "right"]
    undecided = {side: sum(n for (s, v), n in outcomes.items() if s == side and v.startswith("und")) for side in (0, 1)}
    sure_cuts = good + sum(n for (_, v), n in outcomes.items() if v.startswith("cut") and not v.startswith("cut 0"))
    mistakes = sum(n for (_, v), n in outcomes.items() if v.startswith("cut"))
    print(f"{name}: {total} words, {cut} with a proclitic")
    print(f"  precision {good / sure_cuts:.4f}  recall {good / cut:.4f}  sure and wrong {mistakes / total:.4f}")
    print(f"  undecided {undecided[1] / cut:.4f} of the cut, {undecided[0] / (total - cut):.4f} of the whole")
    for kind, found in sorted(wrong.items()):
        print(f"  {found.total():4} {kind}  {' '.join(word for word, _ in found.most_common(SHOWN))}")


def clock(paths: list[Path]) -> None:
    """Print how many words a second are analysed, first with an empty cache and then with a full one."""
    found = [word for path in paths for word in path.read_text(encoding="utf-8").split()]
    found = [word for word in found if word.isalpha()]
    analyse.cache_clear()
    for name in ("empty", "full"):
        began = time.perf_counter()
        for word in found:
            analyse(word)
        print(f"{name} cache: {len(found) / (time.perf_counter() - began):,.0f} words/s of {len(found):,}")


if __name__ == "__main__":
    chosen = [Path(argument) for argument in sys.argv[1:]]
    if not chosen:
        sys.exit(__doc__)
    for path in chosen:
        report(path.name, read_tagged(path) if path.suffix == ".conll" else read_gold(path))
    clock(chosen)
