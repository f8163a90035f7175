"""`harness.compare`: two runs by paired differences, more of them as a leaderboard."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from harness.api.advice import refuse_unused
from harness.api.evaluating import Scorers, scorers_of, scoring_of
from harness.api.reporting import PAGE
from harness.api.runs import RunName, opened
from harness.api.shown import Shown, frame, notebook
from harness.comparison import pair
from harness.comparison.leaderboard import Leaderboard, rank
from harness.comparison.pair import Comparison
from harness.comparison.sheets import (
    comparison_page,
    comparison_sheet,
    figures_sheet,
    leaderboard_page,
    leaderboard_sheet,
)
from harness.config.settings import Settings
from harness.data.files import write_json
from harness.data.types import InputError
from harness.runs.run import Run
from harness.scoring.scoring import Scoring
from harness.show.html import html
from harness.show.markdown import markdown
from harness.show.sheet import Page, Sheet

if TYPE_CHECKING:
    from pandas import DataFrame  # type: ignore[import-untyped]

_USED: Final = frozenset({"scorer", "units", "bootstrap", "trials", "packages"})
"""Keys of `harness compare` that mean something in Python."""
FILES: Final = ("compare.json", "compare.md", "compare.html")


class Compared(Shown):
    """Runs compared: `record` holds every number, `print` and a notebook show the main ones.

    `found` is the comparison of two runs, or the leaderboard of several.
    """

    def __init__(self, found: Comparison | Leaderboard, documents: Sequence[str]) -> None:
        self.found = found
        self._documents = documents

    def __repr__(self) -> str:
        if isinstance(self.found, Comparison):
            return f"<comparison of {self.found.a} and {self.found.b}>"
        return f"<leaderboard of {', '.join(entrant.name for entrant in self.found.entrants)}>"

    @property
    def sheets(self) -> Sequence[Sheet]:
        """The headline measures, as the command line shows them."""
        if not isinstance(self.found, Comparison):
            return [leaderboard_sheet(self.found)]
        return [comparison_sheet(self.found), *([figures_sheet(self.found)] if self.found.figures else [])]

    @property
    def page(self) -> Page:
        """Everything, as `compare.html` and `compare.md` have it."""
        return comparison_page(self.found) if isinstance(self.found, Comparison) else leaderboard_page(self.found)

    def _repr_html_(self) -> str:
        """Everything in tables; what only one of two runs got right stands in its context."""
        if isinstance(self.found, Comparison):
            return notebook([*self.sheets, *self.page.sheets[1:]])
        return notebook(self.page.sheets)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values: the content of `compare.json`."""
        return self.found.record()

    def to_pandas(self) -> "DataFrame":
        """Of two runs every measure with its difference, of several every run by every headline measure; a row each.

        Raises:
            InputError: pandas is not installed.
        """
        record = self.to_dict()
        if isinstance(self.found, Comparison):
            rows = [{"family": kind, **row} for kind in ("headlines", "details") for row in record[kind]["rows"]]
        else:
            rows = [
                {"scorer": board["scorer"], "measure": board["measure"], **_flat(run)}
                for board in record["leaderboard"]
                for run in board["runs"]
            ]
        return frame(rows, list(dict.fromkeys(key for row in rows for key in row)))

    def write(self, folder: Path) -> dict[str, str]:
        """Write `FILES` into `folder`, which is made where there is none; their texts by name.

        Beside a report what two runs dispute leads to its document there; the texts, which may go elsewhere, have no
        such links.
        """
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / FILES[0], self.to_dict())
        texts = {FILES[1]: markdown(self.page), FILES[2]: html(self.page)}
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        if isinstance(self.found, Comparison) and (folder / PAGE).is_file():
            places = {name: place for place, name in enumerate(self._documents)}
            (folder / FILES[2]).write_text(html(comparison_page(self.found, PAGE, places)), encoding="utf-8")
        return {FILES[0]: (folder / FILES[0]).read_text(encoding="utf-8"), **texts}


def compare(
    *runs: RunName,
    scorers: Scorers | None = None,
    units: str | None = None,
    tracker: object = None,
    out: str | Path | None = None,
    overrides: Sequence[str] = (),
) -> Compared:
    """Two runs by paired differences, the second less the first; three or more as a leaderboard.

    Both sides are scored again with today's scorers, so that runs of any age can be compared. Nothing is written
    unless `out` names a folder.

    Args:
        *runs: `Run` objects, folders, `latest:RUNNER`, or ids in MLflow.
        scorers: Names of scorers, with options or not, or scorers by name.
        units: What intervals and tests resample: `document`, `paragraph` or `sentence`.
        tracker: The store that knows the ids, as for `evaluate`; by default the embedded one.
        out: Where `compare.json`, `compare.md` and `compare.html` go.
        overrides: Any other keys of `harness compare`, as `trials=1000`.

    Raises:
        InputError: there are fewer than two runs, or they have unlike gold, units or label maps.

    Examples:
        >>> print(compare("runs/default/one", "runs/default/two"))  # doctest: +SKIP
    """
    if len(runs) < 2:
        raise InputError(f"runs: found {len(runs)}, wanted two or more")
    settings = Settings.compose("compare", {"scorer": scorers_of(scorers), "units": units}, overrides)
    refuse_unused("compare", overrides, _USED)
    scoring = scoring_of(settings)
    compared = compared_runs(opened(runs, tracker), scoring, leaderboard=len(runs) > 2)
    if out is not None:
        compared.write(Path(out))
    return compared


def compared_runs(runs: Sequence[Run], scoring: Scoring, *, leaderboard: bool) -> Compared:
    """Opened runs compared as `scoring` says: two by their differences, or any number as a leaderboard.

    Raises:
        InputError: they cannot be compared.
    """
    found = rank(runs, scoring) if leaderboard else pair.compare(runs[0], runs[1], scoring)
    return Compared(found, [example.document.id for example in runs[0].gold.examples])


def _flat(run: Mapping[str, Any]) -> dict[str, Any]:
    """A run of a leaderboard with what it is to the best in columns of their own."""
    to_best = {f"to_best_{key}": value for key, value in (run["to_best"] or {}).items()}
    return {key: value for key, value in run.items() if key != "to_best"} | to_best
