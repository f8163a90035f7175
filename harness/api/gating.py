"""`harness.gate`: a run is held against a policy, and against a reviewed baseline."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.api.advice import refuse_unused
from harness.api.evaluating import Scorers, scorers_of
from harness.api.runs import RunName, opened
from harness.api.shown import Shown, frame
from harness.config.settings import Settings
from harness.gating.pages import changes_sheet, items_sheet, judgement_sheet
from harness.gating.policy import Policy
from harness.gating.tasks import Judged, Request, forget, hold, write
from harness.gating.verdicts import Outcome, Verdict
from harness.scoring.scoring import Scoring
from harness.show.sheet import Sheet

if TYPE_CHECKING:
    from pandas import DataFrame  # type: ignore[import-untyped]


class Gated(Shown):
    """What a policy makes of a run."""

    def __init__(self, judged: Judged) -> None:
        self.judged = judged

    def __repr__(self) -> str:
        return f"<{self.judged.judgement.headline}>"

    def __bool__(self) -> bool:
        """Whether the gate is passed."""
        return self.passed

    @property
    def passed(self) -> bool:
        """Whether the exit code is 0: nothing failed, and whatever is worse or undecided the policy lets pass."""
        return self.exit_code == 0

    @property
    def outcome(self) -> Outcome:
        """The worst of all verdicts: pass, worse, fail or inconclusive."""
        return self.judged.judgement.outcome

    @property
    def exit_code(self) -> int:
        """That of the command: 0 passed, 1 failed or worse, 3 inconclusive."""
        return self.judged.judgement.exit_code

    @property
    def verdicts(self) -> Sequence[Verdict]:
        """What each rule says, in the policy's order: `rule`, `subject`, `outcome`, `found` and the numbers."""
        return self.judged.judgement.verdicts

    @property
    def sheets(self) -> Sequence[Sheet]:
        """What changed against the baseline, then all verdicts."""
        changed = self.judged.evidence.changed.get("baseline")
        sheets = [judgement_sheet(self.judged.judgement)]
        if changed is None or not any(change.items for change in changed.values()):
            return sheets
        items = items_sheet(changed)
        return [changes_sheet(changed, "the baseline"), *([] if items is None else [items]), *sheets]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values: the content of `gate.json`."""
        return self.judged.record()

    def to_pandas(self) -> "DataFrame":
        """The verdicts, a row each.

        Raises:
            InputError: pandas is not installed.
        """
        rows: list[Mapping[str, Any]] = self.to_dict()["verdicts"]
        return frame(rows, list(rows[0]) if rows else ["rule", "subject", "outcome", "found"])


def gate(
    run: RunName,
    policy: str | Mapping[str, Any] | Policy = "ci",
    baseline: str | Path | None = None,
    *,
    scorers: Scorers | None = None,
    tracker: object = None,
    out: str | Path | None = None,
    overrides: Sequence[str] = (),
) -> Gated:
    """Hold a run against a policy; rules that compare hold it against a baseline as well.

    Nothing is written unless `out` names a folder.

    Args:
        run: A `Run`, a folder, `latest:RUNNER`, or an id in MLflow.
        policy: The name of a policy, with options or not, a mapping with `name` or `_target_`, or a `Policy`.
        baseline: The folder of a reviewed baseline, as `harness gate RUN task=bless` writes it.
        scorers: Names of scorers, with options or not, or scorers by name.
        tracker: The store that knows the id, as for `evaluate`; by default the embedded one.
        out: Where `gate.json` and `junit.xml` go.
        overrides: Any other keys of `harness gate`, as `bootstrap.resamples=2000`.

    Raises:
        InputError: there is no such run or policy, rules compare and no baseline is given, or it is stale or unlike.

    Examples:
        >>> if not gate("latest:rules", baseline="runs/baseline/rules"):  # doctest: +SKIP
        ...     raise SystemExit("worse than the baseline")
    """
    parts = {"policy": policy, "scorer": scorers_of(scorers)}
    settings = Settings.compose("gate", parts, overrides)
    refuse_unused("gate", overrides, ("policy", "scorer", "units", "bootstrap", "previous", "packages"))
    request = Request(
        run=opened([run], tracker)[0].folder,
        policy=settings.part("policy"),
        scoring=Scoring(settings.part("scorer"), str(settings.config.units), settings.part("bootstrap")),
        baseline=None if baseline is None else Path(baseline),
        previous=None if settings.config.previous is None else Path(str(settings.config.previous)),
        out=None if out is None else Path(out),
    )
    if out is not None:
        forget(request.folder)
    judged = hold(request)
    if out is not None:
        write(request.folder, judged)
    return Gated(judged)
