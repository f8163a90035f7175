"""Speed of the transformer runner beside the pipeline of transformers: one checkpoint, the same texts and threads.

    python -m benchmarks.inference CHECKPOINT [--texts FILE] [--threads N] [--rounds N] [--clock wall|cpu]

The checkpoint is a folder with a BERT for tokens in float32; its graphs are written to a temporary folder first. The
texts are the gold's documents, or those of a file of documents in JSON lines. Of several batch sizes of the pipeline
the fastest in a first round is taken. The contestants then take turns, and a ratio is the median over the rounds of
the pipeline's time over ours in the same round, with its range: other work on the machine slows both down.
"""

import argparse
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from harness.data.codec import read_examples
from harness.data.types import Document
from harness.datasets.gold import GoldStandard
from harness.runners.transformer.runner import Transformer
from harness.training.export import export_graph
from harness.training.graph import Float32, Int8

BATCH_SIZES: Final = (1, 4, 16)
OVERLAP: Final = 64
CLOCKS: Final[Mapping[str, Callable[[], float]]] = {"wall": time.perf_counter, "cpu": time.process_time}


def main() -> None:
    """Measure, and print a table."""
    asked = _arguments()
    import torch

    torch.set_num_threads(asked.threads)
    documents = _documents(asked.texts)
    words = sum(len(document.text.split()) for document in documents)
    print(
        f"{len(documents)} texts, {words} words, {asked.threads} threads, {asked.clock} time, {asked.rounds} rounds\n"
    )
    clock = CLOCKS[asked.clock]
    with tempfile.TemporaryDirectory() as folder:
        ours = {name: _reading(runner, documents) for name, runner in _runners(asked, Path(folder)).items()}
        size, peer = _fastest_pipeline(asked.checkpoint, documents, clock)
        contestants = {f"transformers.pipeline, batches of {size}": peer, **ours}
        seconds: dict[str, list[float]] = {name: [] for name in contestants}
        for turn in range(asked.rounds + 1):
            for name, work in contestants.items():
                spent = _timed(work, clock)
                # The first turn warms up.
                if turn:
                    seconds[name].append(spent)
    _print(seconds, words)


def _print(seconds: Mapping[str, Sequence[float]], words: int) -> None:
    peer, *_ = seconds.values()
    print(f"{'':40} {'words/s':>8} {'ratio':>7}   range")
    for name, spent in seconds.items():
        ratios = [theirs / own for theirs, own in zip(peer, spent, strict=True)]
        speed = words / statistics.median(spent)
        print(f"{name:40} {speed:8.0f} {statistics.median(ratios):7.2f}   {min(ratios):.2f} to {max(ratios):.2f}")


def _runners(asked: argparse.Namespace, folder: Path) -> dict[str, Transformer]:
    """Our runner with torch, and with a graph in single precision and one in eight bits."""
    export_graph(asked.checkpoint, folder / "float32", Float32)
    export_graph(asked.checkpoint, folder / "int8", Int8)
    found = {"torch, float32": _runner(asked, None)}
    for name in ("float32", "int8"):
        found[f"ONNX Runtime, {name}"] = _runner(asked, folder / name)
    return found


def _runner(asked: argparse.Namespace, graph: Path | None) -> Transformer:
    made = Transformer(
        str(graph or asked.checkpoint), overlap=OVERLAP, token_budget=asked.budget, threads=asked.threads,
        engine="torch" if graph is None else "onnx", device="cpu" if graph is None else None,
    )  # fmt: skip
    made.load()
    return made


def _reading(runner: Transformer, documents: Sequence[Document]) -> Callable[[], object]:
    return lambda: list(runner.predict(documents))


def _fastest_pipeline(
    checkpoint: Path, documents: Sequence[Document], clock: Callable[[], float]
) -> tuple[int, Callable[[], object]]:
    """The batch size with which the pipeline is fastest, and the reading of the texts with it."""
    from transformers import pipeline

    make: Any = pipeline
    found = make(
        "token-classification", model=str(checkpoint), device="cpu", aggregation_strategy="simple", stride=OVERLAP
    )
    texts = [document.text for document in documents]
    works = {size: lambda size=size: list(found(texts, batch_size=size)) for size in BATCH_SIZES}
    size = min(works, key=lambda size: _timed(works[size], clock))
    return size, works[size]


def _timed(work: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    work()
    return clock() - start


def _documents(texts: Path | None) -> list[Document]:
    examples = GoldStandard().read() if texts is None else read_examples(texts)
    return [example.document for example in examples]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--budget", type=int, default=4096, help="the runner's token_budget")
    parser.add_argument("--clock", choices=CLOCKS, default="wall")
    return parser.parse_args()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
