"""The run folder: the only hand-over between evaluating and everything that comes after."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from harness.analysis.pictures import draw
from harness.data import codec
from harness.data.files import write_json
from harness.data.types import Document, Example, InputError, Prediction
from harness.scoring.baselines import Baseline, record
from harness.scoring.score import Gold, Score

SCHEMA: Final = 1
SCORES: Final = "scores.json"
GOLD: Final = "gold.jsonl"
PREDICTIONS: Final = "predictions.jsonl"
ANALYSIS: Final = "analysis.json"
REPEATS: Final = "repeats"
"""The folder of what the runner's repetitions predicted and kept, each in a folder by its number, from 1.

The run's own predictions stand where they do without repetitions, and not here.
"""


def open_folder(folder: Path) -> None:
    """Make `folder`.

    Raises:
        InputError: it holds a finished run, or cannot be made.
    """
    try:
        finished = (folder / SCORES).exists()
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: found {error.strerror or error}, wanted a folder to write to") from error
    if finished:
        raise InputError(f"{folder}: found a finished run ({SCORES}), wanted a new or unfinished folder")


def open_repeat(folder: Path, number: int) -> Path:
    """The folder of a repetition in that of its run; it is made where there is none."""
    place = folder / REPEATS / str(number)
    place.mkdir(parents=True, exist_ok=True)
    return place


def write_gold(
    folder: Path, examples: Sequence[Example], speakers: Mapping[str, Sequence[str]], source: Path | None
) -> None:
    """Keep what is scored: a copy of `source`, or the examples written anew; and the variants of speakers' names."""
    if source is not None and not (source.exists() and (folder / GOLD).exists() and source.samefile(folder / GOLD)):
        shutil.copyfile(source, folder / GOLD)
    elif source is None:
        codec.write_examples(folder / GOLD, examples)
    if speakers:
        write_json(folder / "speakers.json", speakers)


def write_predictions(folder: Path, predictions: Sequence[Prediction], documents: Sequence[Document]) -> None:
    """Keep what was predicted."""
    codec.write_predictions(folder / PREDICTIONS, predictions, documents)


def write_counts(folder: Path, scores: Mapping[str, Score]) -> None:
    """`counts.parquet`: a row for each scorer and unit, with the columns document, unit, scorer and each count."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = []
    for name, score in scores.items():
        units = len(score.unit_documents)
        columns = {"document": list(score.unit_documents), "unit": np.arange(units), "scorer": [name] * units}
        tables.append(pa.table(columns | {column: values.copy() for column, values in score.table.rows.items()}))
    pq.write_table(pa.concat_tables(tables, promote_options="default"), folder / "counts.parquet")


def write_analysis(folder: Path, findings: Mapping[str, Any]) -> list[str]:
    """Write `analysis.json`, and a picture of each part of it that has one; a remark where these cannot be drawn."""
    write_json(folder / ANALYSIS, findings)
    return draw(folder, findings)


def write_scores(folder: Path, summary: Mapping[str, object]) -> None:
    """Write `scores.json` in one step: its presence marks a finished run."""
    partial = folder / f".{SCORES}.partial"
    write_json(partial, summary)
    partial.replace(folder / SCORES)


def summary(
    run: str,
    gold: Gold,
    runner: str,
    predictions: Sequence[Prediction],
    scores: Mapping[str, Score],
    baselines: Mapping[str, Mapping[str, Baseline]] | None = None,
) -> dict[str, object]:
    """The content of `scores.json`; a document without a prediction is a failure like one with an error."""
    timed = [prediction.seconds for prediction in predictions if prediction.seconds is not None]
    seconds = sum(timed) if timed else None
    words = sum(len(example.document.text.split()) for example in gold.examples)
    return {
        "schema": SCHEMA,
        "run": run,
        "dataset": gold.label,
        "runner": runner,
        "documents": len(gold.examples),
        "failures": count_failures([example.document for example in gold.examples], predictions),
        "seconds": None if seconds is None else round(seconds, 6),
        "words_per_second": round(words / seconds, 1) if seconds else None,
        "scorers": {
            name: {
                "signature": score.signature,
                "units": len(score.unit_documents),
                "effective_units": round(score.effective_units, 2),
                "headlines": list(score.headlines),
                "shown": list(score.shown),
                "measures": {measure: value._asdict() for measure, value in score.measures.items()},
                "support": score.support,
                **_agreement(gold, score),
                **_repeats(score),
                **(record(baselines[name]) if baselines and name in baselines else {}),
            }
            for name, score in scores.items()
        },
    }


def count_failures(documents: Sequence[Document], predictions: Sequence[Prediction]) -> int:
    """How many documents have no prediction, or one with an error."""
    answered = {prediction.doc_id for prediction in predictions if prediction.error is None}
    return sum(document.id not in answered for document in documents)


def _agreement(gold: Gold, score: Score) -> dict[str, object]:
    """How far annotation passes agree by the same measures, with what that is worth; nothing where there are none."""
    if not score.agreement or gold.passes is None:
        return {}
    measures = {name: round(value, 6) for name, value in score.agreement.items()}
    return {"agreement": {"note": gold.passes.note, "measures": measures}}


def _repeats(score: Score) -> dict[str, object]:
    """How headlines vary over the runner's repetitions; nothing where there are none."""
    if not score.repeats:
        return {}
    return {"repeats": {measure: spread._asdict() for measure, spread in score.repeats.items()}}
