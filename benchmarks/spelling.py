"""What each way of typing a text costs an extractor: the gold in every spelling of `tests/spelling.py`.

    python -m benchmarks.spelling rules|transformer|ensemble [DATA.jsonl] [only=WORDS]

Prints a table: entities micro F1 (word view and exact characters), claims content_soft F1, accuracy of sentence labels.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from harness.data.codec import read_examples
from harness.data.types import Example
from harness.datasets.gold import GoldStandard
from harness.runners.base import Runner
from harness.runners.ensemble import Ensemble
from harness.runners.rules.runner import Rules
from harness.runners.transformer.runner import Transformer
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import Claims
from harness.scoring.corpus import Corpus, pair
from harness.scoring.entities import EntitiesStrict
from tests.spelling import RESPELLINGS, respell_example

MEASURES = (
    (EntitiesStrict(), "entities", "micro/f1"),
    (EntitiesStrict("char"), "entities", "micro/f1"),
    (Claims(), "claims", "content_soft/f1"),
    (CheckWorthy(), "sentences", "micro/accuracy"),
)


def measured(runner: Runner, examples: Sequence[Example]) -> list[float]:
    """The scores of a runner, in the order of `MEASURES`."""
    answers = {answer.doc_id: answer for answer in runner.predict([example.document for example in examples])}
    assert all(answer.error is None for answer in answers.values()), answers
    found = []
    for scorer, layer, measure in MEASURES:
        documents, gold, predicted = zip(*pair(examples, answers, layer), strict=True)
        totals = scorer.counts(Corpus(documents, gold, predicted)).totals
        found.append(float(scorer.scores(totals, totals)[measure]))
    return found


def runner_named(name: str) -> Runner:
    """A runner as `conf/runner` has it."""
    transformer, rules = Transformer(), Rules()
    ensemble = Ensemble([transformer, rules], 0.42)
    runners: dict[str, Runner] = {"rules": rules, "transformer": transformer, "ensemble": ensemble}
    return runners[name]


def main() -> None:
    """Print the table for the runner named on the command line."""
    name, *rest = sys.argv[1:]
    wanted = next((one.removeprefix("only=") for one in rest if one.startswith("only=")), "")
    paths = [Path(one) for one in rest if not one.startswith("only=")]
    examples = list(read_examples(paths[0]) if paths else GoldStandard().read())
    runner = runner_named(name)
    runner.load()
    plain = measured(runner, examples)
    print("| spelling | entities | exact | content_soft | sentences |\n|---|---|---|---|---|")
    print("| as it is | " + " | ".join(f"{value:.4f}" for value in plain) + " |")
    for spelling in RESPELLINGS:
        if wanted in spelling:
            found = measured(runner, [respell_example(example, spelling) for example in examples])
            pairs = zip(found, plain, strict=True)
            print(
                f"| {spelling} | "
                + " | ".join(f"{value:.4f} ({value - before:+.4f})" for value, before in pairs)
                + " |",
                flush=True,
            )


if __name__ == "__main__":
    main()
