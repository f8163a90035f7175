"""`harness.report`: one HTML page about a run, or about two on one gold."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import quote

from harness.api.advice import refuse_unused
from harness.api.evaluating import Scorers, scorers_of, scoring_of
from harness.api.runs import RunName, opened
from harness.config.settings import Settings
from harness.data.types import InputError
from harness.reporting.page import Report as Page
from harness.reporting.page import Settings as PageSettings
from harness.runs.run import Run

PAGE: Final = "report.html"


@dataclass(frozen=True)
class Report:
    """The page of a run that was written; in a notebook a link to it. It can stand wherever a path can."""

    path: Path
    pictures: Sequence[Path] = ()
    """PNG files beside it, for viewers that show no HTML."""

    def __fspath__(self) -> str:
        return os.fspath(self.path)

    def __str__(self) -> str:
        return str(self.path)

    def __repr__(self) -> str:
        return f"<report {self.path}>"

    @property
    def html(self) -> str:
        """The whole page."""
        return self.path.read_text(encoding="utf-8")

    def _repr_html_(self) -> str:
        """A link, relative where the page lies below the current folder: that is what a notebook's server can show."""
        path, here = self.path.absolute(), Path.cwd()
        address = quote(str(path.relative_to(here))) if path.is_relative_to(here) else path.as_uri()
        return f'<a href="{escape(address)}" target="_blank" rel="noopener"><bdi>{escape(str(self.path))}</bdi></a>'


def report(
    *runs: RunName,
    scorers: Scorers | None = None,
    tracker: object = None,
    out: str | Path | None = None,
    overrides: Sequence[str] = (),
) -> Report:
    """Write the page of a run, or of two on one gold: scores, errors, documents side by side.

    Args:
        *runs: One or two: `Run` objects, folders, `latest:RUNNER`, or ids in MLflow.
        scorers: Names of scorers, with options or not, or scorers by name: those of them that the run was scored by.
        tracker: The store that knows the ids, as for `evaluate`; by default the embedded one.
        out: The folder for `report.html` and its pictures; by default that of the run, of two that of the second.
        overrides: Any other keys of `harness report`, as `documents=10`.

    Raises:
        InputError: there are no runs or more than two, or they are on unlike gold.

    Examples:
        >>> report("latest:rules").path  # doctest: +SKIP
    """
    if len(runs) not in (1, 2):
        raise InputError(f"runs: found {len(runs)}, wanted one or two")
    settings = Settings.compose("report", {"scorer": scorers_of(scorers)}, overrides)
    used = ("scorer", "units", "bootstrap", "trials", "documents", "megabytes", "packages")
    refuse_unused("report", overrides, used)
    read = opened(runs, tracker)
    chosen = PageSettings(scoring_of(settings), int(settings.config.documents), float(settings.config.megabytes))
    return written_report(read, chosen, read[-1].folder if out is None else Path(out))


def written_report(runs: Sequence[Run], settings: PageSettings, out: Path) -> Report:
    """The page of opened runs, written into `out` with its pictures.

    Raises:
        InputError: the runs cannot stand on one page.
    """
    page = Page(runs, settings)
    html = page.html
    out.mkdir(parents=True, exist_ok=True)
    (out / PAGE).write_text(html, encoding="utf-8")
    return Report(out / PAGE, tuple(page.draw(out)))
