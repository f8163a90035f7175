"""What policy ci makes of changes whose true effect is known.

    python -m benchmarks.gate [--world fixed|redrawn|seeds] [--trials N] [--resamples N] [--baseline FOLDER]

The stored answers of an extractor are made worse in known ways and judged against themselves by the rules of policy ci
on entities, through the code that `harness gate` runs. Of mentions that are lost every second one is missing, every
other has another type. Losses are in points of micro F1 (word view) and

- scattered: any right mentions;
- one type: mentions of one type, a random one that has enough;
- one place: mentions of one document (fixed), or of a sixth of all paragraphs (redrawn);
- others found: scattered, while ten mentions that were missing are found and as many more lost, so that the loss is the
  same.

World fixed: the gold is what it is, and exactly as many mentions are lost as cost the loss. World redrawn: as many
paragraphs as the gold has are drawn from it with replacement, and every mention is lost by chance, with the probability
that costs the loss on average; of the missing ones a third is found, where others are. The first table shows how often
each outcome comes, by exit code: 0, 1 as worse or failed, 3.

World seeds: candidates with known losses, judged by the rule on words with several seeds of the resampling: the share
whose verdict depends on the seed.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import cast

import numpy as np
from numpy.random import Generator

from harness.config.compose import compose
from harness.config.parts import build
from harness.data import codec
from harness.data.types import Annotation, Document, Entity, Example, Prediction
from harness.datasets.gold import GoldStandard
from harness.gating.evidence import Evidence
from harness.gating.inputs import evidence_of
from harness.gating.policy import Policy, judge
from harness.gating.rules import Headlines
from harness.gating.verdicts import Outcome
from harness.runs import folder as run_folder
from harness.runs.run import Run
from harness.runs.scores import RunScores
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.corpus import Corpus
from harness.scoring.entities import EntitiesStrict
from harness.scoring.score import Gold
from harness.scoring.scoring import Scoring
from harness.scoring.table import Counts, Table
from tests.schemas import ENTITY_TYPES

SCORERS = {"entities_strict": EntitiesStrict(), "entities_strict_char": EntitiesStrict("char")}
LOSSES = (0.0, 1.0, 2.0, 3.0, 5.0)
KINDS = ("scattered", "one type", "one place", "others found")
FOUND = 10
"""Missing mentions that a candidate with others found finds (fixed)."""
SHARE_FOUND = 1 / 3
"""The share of them (redrawn)."""
PLACES = 6
"""One in so many paragraphs loses, where the loss is in one place (redrawn)."""
TRIALS = 999
"""Swaps of a test."""


@dataclass(frozen=True)
class Answered:
    """Documents with gold and answers: a whole gold, or paragraphs of one."""

    documents: tuple[Document, ...]
    gold: tuple[tuple[Entity, ...], ...]
    answers: tuple[tuple[Entity, ...], ...]

    @cached_property
    def right(self) -> list[tuple[int, Entity]]:
        """The answers that the gold has, with the number of their document."""
        return [
            (number, one)
            for number, (gold, answers) in enumerate(zip(self.gold, self.answers, strict=True))
            for one in answers
            if one in gold
        ]

    @cached_property
    def missing(self) -> list[tuple[int, Entity]]:
        """The gold that no answer has."""
        return [
            (number, one)
            for number, (gold, answers) in enumerate(zip(self.gold, self.answers, strict=True))
            for one in gold
            if one not in answers
        ]

    def opened(self, answers: Sequence[Sequence[Entity]]) -> Run:
        """`answers` to the gold as a run that was opened again."""
        examples = [
            Example(document, Annotation(entities=gold))
            for document, gold in zip(self.documents, self.gold, strict=True)
        ]
        predictions = {
            document.id: Prediction(document.id, Annotation(entities=tuple(found)))
            for document, found in zip(self.documents, answers, strict=True)
        }
        gold = Gold("gold", "0" * 64, examples)
        run = Run(Path("run"), RunScores({"runner": "candidate"}), {}, beside=gold)
        vars(run)["predictions"] = predictions
        return run

    def changed(self, lost: Sequence[tuple[int, Entity]], found: Sequence[tuple[int, Entity]]) -> Run:
        """The answers less those `lost`, every other with another type, and with those `found`."""
        answers = [list(one) for one in self.answers]
        for index, (number, mention) in enumerate(lost):
            at = answers[number].index(mention)
            if index % 2:
                answers[number][at] = mention._replace(type=_other_type(mention, self.gold[number], answers[number]))
            else:
                del answers[number][at]
        for number, mention in found:
            answers[number].append(mention)
        return self.opened(answers)

    def drawn(self, random: Generator) -> "Answered":
        """As many of the documents, drawn with replacement."""
        chosen = random.integers(len(self.documents), size=len(self.documents)).tolist()
        documents = tuple(replace(self.documents[at], id=f"{number:03d}") for number, at in enumerate(chosen))
        return Answered(documents, tuple(self.gold[at] for at in chosen), tuple(self.answers[at] for at in chosen))

    def lost_for(self, points: float, found: float = 0.0) -> float:
        """How many right mentions must be lost for a loss of `points`, while `found` others are found.

        Of k lost half are missing and half have another type: F1 is 2 (tp + f - k) / (2 (tp + f - k) + fp + k / 2 +
        fn - f + k), which is set to what is wanted and solved for k.
        """
        right, answers = len(self.right), sum(map(len, self.answers))
        wrong, missing = answers - right, sum(map(len, self.gold)) - right
        wanted = 2 * right / (2 * right + wrong + missing) - points / 100
        kept = right + found
        return (2 * kept - wanted * (2 * kept + wrong + missing - found)) / (2 - wanted * 0.5)


def _other_type(mention: Entity, gold: Sequence[Entity], answers: Sequence[Entity]) -> str:
    """A type that makes `mention` wrong, and no double."""
    taken = {one.type for one in (*gold, *answers) if (one.start, one.end) == (mention.start, mention.end)}
    return next(kind for kind in ENTITY_TYPES if kind not in taken)


def stored(folder: Path) -> Answered:
    """The entities of the gold and of the answers in `folder`, each once."""
    examples = GoldStandard().read()
    documents = [example.document for example in examples]
    predictions = codec.read_predictions(folder / run_folder.PREDICTIONS, documents)
    answers = [predictions[document.id].annotation for document in documents]
    gold = [example.gold for example in examples]
    return Answered(tuple(documents), tuple(map(_entities, gold)), tuple(map(_entities, answers)))


def _entities(annotation: Annotation) -> tuple[Entity, ...]:
    return tuple(dict.fromkeys(one._replace(score=None) for one in annotation.entities or ()))


def paragraphs(whole: Answered) -> Answered:
    """Every unit of `whole` as a document of its own."""
    empty = [Annotation(entities=())] * len(whole.documents)
    units = Corpus(whole.documents, empty, empty).units
    offsets = Corpus(whole.documents, empty, empty).text.offsets.tolist()
    parts: list[tuple[Document, tuple[Entity, ...], tuple[Entity, ...]]] = []
    starts, numbers = units.starts.tolist(), units.documents.tolist()
    for at, (start, number) in enumerate(zip(starts, numbers, strict=True)):
        document = whole.documents[number]
        first = start - offsets[number]
        last = starts[at + 1] - offsets[number] if numbers[at + 1 : at + 2] == [number] else len(document.text)
        sides = [
            tuple(
                one._replace(start=one.start - first, end=min(one.end, last) - first)
                for one in side[number]
                if first <= one.start < last
            )
            for side in (whole.gold, whole.answers)
        ]
        parts.append((Document(str(at), document.text[first:last]), sides[0], sides[1]))
    documents, gold, answers = zip(*parts, strict=True)
    return Answered(documents, gold, answers)


def ci() -> Policy:
    """The rules of policy ci that judge entities, the anchor being the baseline."""
    policy: Policy = build(compose("gate", []).config, "policy", ["harness"])
    rules = {
        name: rule
        for name, rule in policy.rules.items()
        if (getattr(rule, "scorer", None) in SCORERS and not name.endswith("_since_anchor"))
        or isinstance(rule, Headlines)
    }
    return replace(policy, rules=rules)


def some(random: Generator, mentions: Sequence[tuple[int, Entity]], number: int) -> list[tuple[int, Entity]]:
    """`number` of `mentions`, in random order."""
    return [mentions[at] for at in random.permutation(len(mentions))[:number].tolist()]


def fixed(whole: Answered, kind: str, points: float, random: Generator) -> tuple[Run, Run] | None:
    """A candidate on the gold as it is; None where no type or document has so much to lose."""
    found = some(random, whole.missing, FOUND) if kind == "others found" else []
    number = round(whole.lost_for(points, len(found)))
    pools: list[list[tuple[int, Entity]]] = [whole.right]
    if kind == "one type":
        pools = [[one for one in whole.right if one[1].type == label] for label in ENTITY_TYPES]
    elif kind == "one place":
        pools = [[one for one in whole.right if one[0] == at] for at in range(len(whole.documents))]
    pools = [pool for pool in pools if len(pool) >= number]
    if not pools:
        return None
    lost = some(random, pools[int(random.integers(len(pools)))], number)
    return whole.changed(lost, found), whole.opened(whole.answers)


def redrawn(parts: Answered, kind: str, points: float, random: Generator) -> tuple[Run, Run] | None:
    """A candidate on paragraphs that are drawn anew, whose loss is `points` on average."""
    share = SHARE_FOUND if kind == "others found" else 0.0
    rate = parts.lost_for(points, share * len(parts.missing)) / len(parts.right)
    world = parts.drawn(random)
    if kind == "one type":
        sizes = Counter(one.type for _, one in parts.right)
        fit = [label for label in sizes if sizes[label] >= rate * len(parts.right)]
        label = fit[int(random.integers(len(fit)))]
        rates = [rate * len(parts.right) / sizes[label] * (one.type == label) for _, one in world.right]
    elif kind == "one place":
        hit = random.random(len(world.documents)) < 1 / PLACES
        rates = [min(1.0, rate * PLACES) * bool(hit[number]) for number, _ in world.right]
    else:
        rates = [rate] * len(world.right)
    chances = random.random(len(rates))
    lost = [one for one, chance, rate in zip(world.right, chances, rates, strict=True) if chance < rate]
    # Every other one gets another type: which of them must not hang on where they stand.
    lost = some(random, lost, len(lost))
    found = [one for one in world.missing if random.random() < share]
    return world.changed(lost, found), world.opened(world.answers)


def outcome(policy: Policy, pair: tuple[Run, Run], units: str, bootstrap: Bootstrap) -> tuple[Outcome, int, float]:
    """What the gate says: the worst outcome that counts, its exit code, and the change of micro F1 in points."""
    evidence = replace(evidence_of(*pair, Scoring(SCORERS, units, bootstrap)), trials=TRIALS)
    judgement = judge(policy, evidence)
    counted = [one.outcome for one in judgement.verdicts if judgement.code(one) == judgement.exit_code]
    said: Outcome = "pass"
    if judgement.exit_code:
        said = "fail" if "fail" in counted else "worse" if "worse" in counted else "inconclusive"
    tables = [side.tables["entities_strict"].totals for side in (evidence.run, evidence.side("baseline"))]
    after, before = (float(SCORERS["entities_strict"].scores(one, one)["micro/f1"]) for one in tables)
    return said, judgement.exit_code, 100 * (after - before)


Candidate = Callable[[Answered, str, float, Generator], tuple[Run, Run] | None]


def rows(
    base: Answered, candidate: Candidate, units: str, trials: int, resamples: int
) -> Iterator[tuple[str, float, Sequence[tuple[Outcome, int, float]]]]:
    """By kind and loss what the gate says of every trial."""
    policy = ci()
    # Without a loss the first three kinds are one. How often a gate is wrongly red takes more trials to tell.
    cells = [(KINDS[0], 0.0, 1), (KINDS[3], 0.0, 3)] + [(kind, points, 1) for kind in KINDS for points in LOSSES[1:]]
    for kind, points, times in cells:
        random = np.random.default_rng([KINDS.index(kind), int(10 * points)])
        pairs = (candidate(base, kind, points, random) for _ in range(times * trials))
        found = [outcome(policy, pair, units, Bootstrap(resamples)) for pair in pairs if pair is not None]
        if found:
            yield kind, points, found


def simulate(base: Answered, candidate: Candidate, units: str, trials: int, resamples: int) -> None:
    """Print the table of one world."""
    print("| loss, points | kind | trials | mean change | passed | worse | failed | inconclusive | worse or failed |")
    print("|---|---|---|---|---|---|---|---|---|")
    for kind, points, found in rows(base, candidate, units, trials, resamples):
        said = Counter(one for one, _, _ in found)
        shares = [said[one] / len(found) for one in ("pass", "worse", "fail", "inconclusive")]
        red = sum(code == 1 for _, code, _ in found) / len(found)
        mean = np.mean([change for _, _, change in found])
        cells = " | ".join(f"{share:.2f}" for share in (*shares, red))
        print(f"| {points:g} | {kind} | {len(found)} | {mean:+.2f} | {cells} |", flush=True)


def flat(evidence: Evidence) -> Evidence:
    """All types counted as one, by words alone: micro F1 is what it was, and a thousand times resampled in no time."""

    def merged(table: Table) -> Table:
        counts = [sum(rows for name, rows in table.rows.items() if name.endswith(end)) for end in ("tp", "fp", "fn")]
        return Table(("ALL/tp", "ALL/fp", "ALL/fn"), np.stack(cast("list[Counts]", counts), axis=1))

    run, baseline = (
        replace(side, tables={"entities_strict": merged(side.tables["entities_strict"])})
        for side in (evidence.run, evidence.side("baseline"))
    )
    return replace(evidence, run=run, baseline=baseline, scorers={"entities_strict": EntitiesStrict()})


def seeds(base: Answered, trials: int, resamples: Sequence[int], number: int = 10) -> None:
    """Print the share of candidates for which the verdict of the rule on words depends on the seed."""
    policy = ci()
    policy = replace(policy, rules={"words": policy.rules["words"]})
    print(f"| candidates | resamples | trials | depend on the seed (of {number}) |")
    print("|---|---|---|---|")
    for name, kinds, low, high in (
        ("any kind, 0 to 3 points", KINDS, 0.0, 3.0),
        ("near a limit: others found, 0.5 to 1.5 points", KINDS[3:], 0.5, 1.5),
    ):
        random = np.random.default_rng(1)
        drawn = (
            fixed(base, kinds[int(random.integers(len(kinds)))], float(random.uniform(low, high)), random)
            for _ in range(trials)
        )
        found = [flat(evidence_of(*pair, Scoring(SCORERS))) for pair in drawn if pair is not None]
        for one in resamples:
            outcomes = [
                {
                    judge(policy, replace(evidence, bootstrap=Bootstrap(one, seed))).outcome
                    for seed in range(13, 13 + number)
                }
                for evidence in found
            ]
            share = sum(len(outcome) > 1 for outcome in outcomes) / len(found)
            print(f"| {name} | {one} | {len(found)} | {share:.3f} |", flush=True)


def main(world: str, trials: int, resamples: int, folder: Path) -> None:
    """Print the table of one world."""
    whole = stored(folder)
    print(f"{len(whole.right)} mentions right, {len(whole.missing)} missing; about {trials} trials a row\n")
    worlds: Mapping[str, Callable[[], None]] = {
        "fixed": lambda: simulate(whole, fixed, "paragraph", trials, resamples),
        "redrawn": lambda: simulate(paragraphs(whole), redrawn, "document", trials, resamples),
        "seeds": lambda: seeds(whole, trials, sorted({2000, resamples})),
    }
    worlds[world]()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description="What policy ci makes of known changes.")
    options.add_argument("--world", choices=("fixed", "redrawn", "seeds"), default="fixed")
    options.add_argument("--trials", type=int, default=100)
    options.add_argument("--resamples", type=int, default=2000)
    options.add_argument("--baseline", type=Path, default=Path("runs/baseline/rules"))
    given = options.parse_args()
    main(given.world, given.trials, given.resamples, given.baseline)
