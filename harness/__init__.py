"""An evaluation harness for Arabic extraction models.

    import harness

    corpus = harness.load("gold")
    run = harness.evaluate(corpus, runner="rules")
    run.scores["entities_strict"]["micro/f1"].value

Names of `__all__` are for use; everything else, the modules below `harness` included, is private and may change without
notice. A name is imported when it is first asked for, so that `import harness` costs next to nothing.
"""

from importlib import import_module

# Type checkers take it for true by its name; the module typing would be most of what the import costs.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from harness import seqeval
    from harness.api.comparing import Compared, compare
    from harness.api.evaluating import evaluate
    from harness.api.gating import Gated, gate
    from harness.api.loading import Corpus, load
    from harness.api.predicting import Predictions, predict
    from harness.api.reporting import Report, report
    from harness.api.runs import Run, open_run
    from harness.api.scores import Score, Scores
    from harness.api.scoring import score
    from harness.data.schema import Schema
    from harness.data.types import (
        Annotation,
        Claim,
        Document,
        Entity,
        Example,
        InputError,
        Prediction,
        Sentence,
        Span,
        Unplaced,
    )

__version__ = "0.1.0"

__all__ = [
    "Annotation",
    "Claim",
    "Compared",
    "Corpus",
    "Document",
    "Entity",
    "Example",
    "Gated",
    "InputError",
    "Prediction",
    "Predictions",
    "Report",
    "Run",
    "Schema",
    "Score",
    "Scores",
    "Sentence",
    "Span",
    "Unplaced",
    "compare",
    "evaluate",
    "gate",
    "load",
    "open_run",
    "predict",
    "report",
    "score",
    "seqeval",
]

_MODULES = {
    "harness.api.comparing": ("Compared", "compare"),
    "harness.api.evaluating": ("evaluate",),
    "harness.api.gating": ("Gated", "gate"),
    "harness.api.loading": ("Corpus", "load"),
    "harness.api.predicting": ("Predictions", "predict"),
    "harness.api.reporting": ("Report", "report"),
    "harness.api.runs": ("Run", "open_run"),
    "harness.api.scores": ("Score", "Scores"),
    "harness.api.scoring": ("score",),
    "harness.data.schema": ("Schema",),
    "harness.data.types": (
        "Annotation",
        "Claim",
        "Document",
        "Entity",
        "Example",
        "InputError",
        "Prediction",
        "Sentence",
        "Span",
        "Unplaced",
    ),
}


if not TYPE_CHECKING:
    # Hidden from type checkers, which would take every name for one that is there.
    def __getattr__(name):
        if name == "seqeval":
            return import_module("harness.seqeval")
        module = next((module for module, names in _MODULES.items() if name in names), None)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(module), name)
        # The next time it is found without this function.
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
