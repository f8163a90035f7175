"""Speed of scoring beside seqeval and nervaluate: the same corpus, the same process, equal numbers.

Prints a table of ratios; a number that differs from a peer's ends the run with an error.
"""

import subprocess
import sys
import tempfile
import time
import tracemalloc
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import numpy as np

import harness.seqeval
from benchmarks.corpora import Tags, bilou, tagged, write_jsonl
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.entities import EntitiesStrict
from harness.scoring.table import Table
from harness.scoring.tags import count_tags, score_tags

T = TypeVar("T")


def timed(work: Callable[[], T], repeats: int = 1) -> tuple[float, T]:
    """The least seconds of `repeats` calls, and what the last one gave."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return best, result


def line(what: str, ours: float, peer: str, theirs: float) -> None:
    """One row of the table."""
    print(f"{what:46} {ours:8.3f} s   {peer:34} {theirs:8.3f} s   {theirs / ours:8.1f} x")


def main(sentences: int = 100_000) -> None:
    """Measure everything."""
    gold, predicted = tagged(sentences)
    print(f"{sentences} sentences x 25 tokens, {sum(tag[0] == 'B' for tags in gold for tag in tags)} gold mentions\n")
    report = _against_seqeval(gold, predicted)
    drop_in(gold, predicted)
    _against_nervaluate(gold, predicted)
    _whole_process(gold, predicted, report)
    _resampling(gold, predicted)
    _memory(gold, predicted)
    _growth()


def _against_seqeval(gold: Tags, predicted: Tags) -> float:
    from seqeval.metrics import classification_report
    from seqeval.scheme import IOB2

    slowest = 0.0
    for policy, options in (("conlleval", {}), ("strict", {"mode": "strict", "scheme": IOB2})):
        ours, found = timed(lambda policy=policy: score_tags(gold, predicted, policy), 3)  # type: ignore[misc]
        theirs, expected = timed(
            lambda options=options: classification_report(gold, predicted, output_dict=True, **options)  # type: ignore[misc]
        )
        pairs = {name: f"{name} avg" for name in ("micro", "macro")}
        # seqeval has no average over frequent types alone.
        for label in {name.partition("/")[0] for name in found} - {"macro10"}:
            row = expected[pairs.get(label, label)]
            for name, key in (("precision", "precision"), ("recall", "recall"), ("f1", "f1-score")):
                _same(f"{label}/{name}", found[f"{label}/{name}"], float(row[key]))
        line(f"scoring from tags, {policy}", ours, f"seqeval {version('seqeval')} report, {policy}", theirs)
        slowest = theirs if policy == "conlleval" else slowest
    return slowest


def drop_in(gold: Tags, predicted: Tags) -> None:
    """The functions of `harness.seqeval` beside those whose place they take; results are equal to the last bit."""
    import seqeval.metrics
    import seqeval.scheme

    for mode, scheme in ((None, None), ("strict", "IOB2"), ("strict", "BILOU")):
        sides = (gold, predicted) if scheme != "BILOU" else (bilou(gold), bilou(predicted))
        theirs = {"mode": mode, "scheme": scheme and getattr(seqeval.scheme, scheme)}
        for name in ("f1_score", "classification_report"):
            mine, peer = getattr(harness.seqeval, name), getattr(seqeval.metrics, name)
            ours, found = timed(lambda: mine(*sides, mode=mode, scheme=scheme), 5)  # noqa: B023
            seconds, wanted = timed(lambda: peer(*sides, **theirs))  # noqa: B023
            if found != wanted:
                sys.exit(f"{name}: found {found}, the peer {wanted}")
            line(f"{name}, {f'{mode} {scheme}' if mode else 'default'}", ours, f"seqeval {version('seqeval')}", seconds)


def _against_nervaluate(gold: Tags, predicted: Tags) -> None:
    from nervaluate import Evaluator

    ours, found = timed(lambda: score_tags(gold, predicted), 3)
    labels = sorted({tag[2:] for tags in gold for tag in tags if tag != "O"})
    theirs, results = timed(lambda: Evaluator(gold, predicted, tags=labels, loader="list").evaluate())
    _same("micro/f1", found["micro/f1"], results["overall"]["strict"].f1)
    line("scoring from tags", ours, f"nervaluate {version('nervaluate')}", theirs)


def _whole_process(gold: Tags, predicted: Tags, report: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = write_jsonl(Path(folder), gold, predicted)
        program = str(Path(sys.executable).with_name("harness"))
        overrides = [
            "dataset=jsonl",
            f"dataset.path={files[0]}",
            "runner=replay",
            f"runner.path={files[1]}",
            "scorer=[entities_strict,entities_strict_char,entities_strict_clitic]",
            "baselines=[]",
            "analysis.enabled=false",
            "tracker=none",
            f"hydra.run.dir={folder}/run",
        ]
        seconds, _ = timed(
            lambda: subprocess.run([program, "evaluate", *overrides], check=True, stdout=subprocess.DEVNULL)
        )
    line("whole process, three views, intervals, files", seconds, "seqeval report alone, from tags", report)


def _resampling(gold: Tags, predicted: Tags) -> None:
    from seqeval.metrics import f1_score

    table = count_tags(gold, predicted)
    documents = np.add.reduceat(table.values, np.arange(0, len(table.values), max(1, len(table.values) // 1000)))
    bootstrap = Bootstrap(resamples=10_000)
    ours, _ = timed(lambda: bootstrap.intervals(EntitiesStrict(), Table(table.columns, documents)), 3)
    theirs, _ = timed(lambda: f1_score(gold, predicted))
    line(f"10,000 resamples, {len(documents)} documents", ours, "one seqeval f1_score", theirs)


def _memory(gold: Tags, predicted: Tags) -> None:
    """Peak memory of intervals: by the size of the table, not by the number of resamples."""
    table = count_tags(gold, predicted)
    print("\nresamples   peak MB of intervals over", len(table.values), "sentences")
    for resamples in (500, 2_000, 8_000):
        tracemalloc.start()
        Bootstrap(resamples=resamples).intervals(EntitiesStrict(), table)
        print(f"{resamples:9} {tracemalloc.get_traced_memory()[1] / 1e6:10.0f}")
        tracemalloc.stop()


def _growth() -> None:
    print("\nsentences      seconds   microseconds a sentence")
    for size in (1_000, 10_000, 100_000, 1_000_000):
        repeats = max(1, size // 100_000)
        gold, predicted = tagged(min(size, 100_000))
        # The same sentences again and again: as many to score, without minutes of making them.
        whole = gold * repeats, predicted * repeats
        seconds, _ = timed(lambda whole=whole: score_tags(*whole))  # type: ignore[misc]
        print(f"{size:9} {seconds:12.3f} {seconds / size * 1e6:12.2f}")


def _same(name: str, ours: float, theirs: float) -> None:
    if not abs(ours - theirs) < 1e-12:
        sys.exit(f"{name}: found {ours!r}, the peer {theirs!r}")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(*map(int, sys.argv[1:]))
