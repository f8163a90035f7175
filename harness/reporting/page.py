"""The page: one HTML file with everything in it, that reads finished runs and nothing else."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from harness import __version__
from harness.comparison.pair import Comparison, compare
from harness.data.extras import find, install
from harness.data.types import Document, InputError
from harness.reporting import charts, tables
from harness.reporting.documents import ShownRun, View
from harness.reporting.errors import claim_pairs, find_errors
from harness.reporting.kinds import KINDS
from harness.reporting.listing import show_errors
from harness.reporting.rendering import HERE, Piece, choices, piece, style, template
from harness.reporting.sample import chosen, with_errors
from harness.runs.overlap import overlap_sheets
from harness.runs.run import Run
from harness.scoring.claims import claim_outcomes
from harness.scoring.corpus import Corpus
from harness.scoring.score import corpora_of
from harness.scoring.scoring import Scoring
from harness.scoring.signature import parse, sign
from harness.scoring.table import Scorer
from harness.show.terminal import warn

_LETTERS: Final = ("A", "B")
_PARTS: Final = {
    "summary": "summary",
    "types": "types",
    "confusion": "confusion",
    "calibration": "calibration",
    "slices": "slices",
    "ledger": "boundaries",
    "lost": "lost claims",
    "errors": "errors",
    "documents": "documents",
}
_ANALYSED: Final = {
    "confusion": "confusion",
    "calibration": "calibration",
    "slices": "slices",
    "ledger": "ledger",
    "lost": "cascade",
}
"""Sections that show a part of the analysis, and its key there."""


@dataclass(frozen=True)
class Settings:
    """How a page is made: scorers and statistics as for a comparison, and how much it may hold."""

    scoring: Scoring
    documents: int = 60
    megabytes: float = 5.0


@dataclass(frozen=True, eq=False)
class Report:
    """One finished run on a page, or two on one gold.

    Raises:
        InputError: there are no runs or more than two, they cannot be compared, or were scored otherwise than by the
            scorers of `settings`.
    """

    runs: Sequence[Run]
    settings: Settings

    def __post_init__(self) -> None:
        if len(self.runs) not in (1, 2):
            raise InputError(f"runs: found {len(self.runs)}, wanted one or two")
        golds = list(dict.fromkeys(run.gold.sha256[:6] for run in self.runs))
        if len(golds) > 1:
            raise InputError(f"runs: found the gold {' and '.join(golds)}, wanted runs on one gold")

    @cached_property
    def html(self) -> str:
        """The whole page; where not all documents fit, those that `sample.chosen` puts first."""
        budget = int(self.settings.megabytes * 1e6)
        # What the choices of the filters add is not known before the documents are.
        left = budget - len(self._render([]).encode()) - budget // 50
        kept = []
        for view in self.views:
            card = piece(view)
            if card.size <= left:
                kept.append(card)
                left -= card.size
        kept.sort(key=lambda card: card.view.number)
        return self._render(kept)

    def draw(self, folder: Path) -> list[Path]:
        """F1 by type, and for one run what its boundary errors cost, for viewers that show no HTML; the files written.

        None for what a run lacks. Without Matplotlib none is drawn, and a warning says so.
        """
        if find("matplotlib") is None:
            warn(f"report: found no matplotlib; no picture is drawn ({install('plots')})")
            return []
        written = []
        _, rows = tables.types(self.runs)
        if rows:
            charts.draw_types(rows, self.names, folder / charts.TYPES)
            written.append(folder / charts.TYPES)
        analysis = self.analyses[0]
        if len(self.runs) == 1 and analysis is not None and analysis["ledger"] and analysis["ledger"]["classes"]:
            charts.draw_ledger(analysis["ledger"], folder / charts.LEDGER)
            written.append(folder / charts.LEDGER)
        return written

    @cached_property
    def comparison(self) -> Comparison | None:
        """Run B against run A, by the scorers of both; None for one run."""
        if len(self.runs) == 1:
            return None
        a, b = self.runs
        common = {name: scorer for name, scorer in self._scorers(a).items() if name in self._scorers(b)}
        return compare(a, b, replace(self.settings.scoring, scorers=common))

    @cached_property
    def analyses(self) -> list[dict[str, Any] | None]:
        """What explains each run's scores; None where that was switched off."""
        return [tables.analysis_of(run) for run in self.runs]

    @property
    def names(self) -> list[str]:
        """What each run is called: what ran, with its letter before it where there are two."""
        return [" ".join(filter(None, (run.letter, run.name))) for run in self._shown_runs]

    @property
    def parts(self) -> dict[str, str]:
        """The sections that there is something for, in their order: what the page calls each, by its id."""
        analyses = [analysis for analysis in self.analyses if analysis is not None]
        analysed = {part for part, key in _ANALYSED.items() if any(analysis.get(key) for analysis in analyses)}
        typed = {"types"} if tables.types(self.runs)[1] else set()
        apart = {"slices"} if any(run.scores.leak is not None for run in self.runs) else set()
        present = analysed | typed | apart | {"summary", "errors", "documents"}
        return {part: name for part, name in _PARTS.items() if part in present}

    def _scorers(self, run: Run) -> dict[str, Scorer]:
        """The scorers that a run was scored by."""
        return {name: scorer for name, scorer in self.settings.scoring.scorers.items() if name in run.scores.scorers}

    @cached_property
    def _documents(self) -> dict[str, Document]:
        """What `views` shows, by id."""
        documents = {example.document.id: example.document for example in self.runs[0].gold.examples}
        wrong: frozenset[str] = frozenset()
        if len(documents) > self.settings.documents:
            wrong = frozenset().union(*(with_errors(run.corpora(self.settings.scoring.units)) for run in self.runs))
        return {name: documents[name] for name in chosen(list(documents), wrong, self.settings.documents)}

    @cached_property
    def _shown_runs(self) -> list[ShownRun]:
        letters = ("",) if len(self.runs) == 1 else _LETTERS
        return [self._run(letter, run) for letter, run in zip(letters, self.runs, strict=True)]

    def _run(self, letter: str, run: Run) -> ShownRun:
        """A run over the documents to show: no alignment crosses documents, so a part is as good as the whole."""
        examples = [example for example in run.gold.examples if example.document.id in self._documents]
        gold = replace(run.gold, examples=examples)
        corpora = corpora_of(gold, run.predictions, self.settings.scoring.units, run.bridge)
        scorers = self._scorers(run)
        self._refuse_other_scorers(run, corpora)
        judges: dict[str, str] = {}
        for name, scorer in scorers.items():
            judges.setdefault(scorer.layer, name)
        return ShownRun(
            letter=letter,
            name=run.scores.runner,
            corpora=corpora,
            errors=find_errors(corpora, scorers),
            pairs=claim_pairs(corpora["claims"], claim_outcomes(corpora["claims"], scorers))
            if "claims" in corpora
            else {},
            failures={name: _failure(run, name) for name in self._documents if _failure(run, name)},
            judges=judges,
        )

    def _refuse_other_scorers(self, run: Run, corpora: Mapping[str, Corpus]) -> None:
        """Errors are told by today's scorers: they must be those that made the run's figures."""
        for name, scorer in self._scorers(run).items():
            if scorer.layer not in corpora:
                continue
            ours = sign(scorer, corpora[scorer.layer], self.settings.scoring.bootstrap)
            theirs = parse(run.scores.scorers[name].signature)
            if (ours.scorer, ours.options) != (theirs.scorer, theirs.options):
                found, wanted = (f"{signature.scorer}{dict(signature.options)}" for signature in (theirs, ours))
                raise InputError(f"{name}: found a run scored with {found}, wanted {wanted}; scorer.{name} sets it")
            if ours.label_map != theirs.label_map:
                found, wanted = (signature.label_map or "the gold's types" for signature in (theirs, ours))
                raise InputError(f"{name}: found a run scored in {found}, wanted {wanted} as in its provenance.json")

    @cached_property
    def views(self) -> list[View]:
        """The documents to show, in the order in which they are to be kept."""
        numbers = {example.document.id: number for number, example in enumerate(self.runs[0].gold.examples)}
        return [
            View(numbers[name], document, self._shown_runs, show_errors(numbers[name], document, self._shown_runs))
            for name, document in self._documents.items()
        ]

    @property
    def _types(self) -> list[str]:
        """The types of mentions on either side, sorted."""
        annotations = [example.gold for example in self.runs[0].gold.examples]
        annotations += [prediction.annotation for run in self.runs for prediction in run.predictions.values()]
        return sorted({entity.type for annotation in annotations for entity in annotation.entities or ()})

    def _render(self, pieces: Sequence[Piece]) -> str:
        script = (HERE / "report.js").read_text(encoding="utf-8")
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        errors = [error for card in pieces for error in card.view.errors]
        return template(
            "template.html",
            report=self,
            runs=self.runs,
            letters=[run.letter for run in self._shown_runs],
            tables=tables,
            overlap_sheets=overlap_sheets,
            pieces=pieces,
            errors=errors,
            choices=choices(errors),
            kinds=KINDS,
            calibrations=charts.calibrations(dict(zip(self.names, self.analyses, strict=True))),
            version=__version__,
            style=style(self._types),
            script=Markup(script),  # noqa: S704 -- our own file
            script_hash=digest,
        )


def _failure(run: Run, name: str) -> str:
    prediction = run.predictions.get(name)
    return "no prediction" if prediction is None else prediction.error or ""
