"""Gold and extractor change one at a time: a score that moved with both says nothing of either."""

from pathlib import Path

from harness.data.types import InputError
from harness.gate.baseline import ANCHOR, RECORD, answers, read_record

_GOLD: tuple[str, ...] = ("gold_sha256", "speakers_sha256")


def changes(previous: Path, baseline: Path, run: Path) -> list[str]:
    """What a reviewer should know of `baseline` beside the one that was there before, in sentences; often none.

    Raises:
        InputError: the gold changed between the two baselines, and the baseline or the run predicts anything else than
            the previous one on a document whose text is the same.
    """
    before, after = read_record(previous), read_record(baseline)
    moved = _moved_anchor(previous, baseline)
    if all(before.get(key) == after.get(key) for key in _GOLD):
        blessed = before["predictions_sha256"] != after["predictions_sha256"]
        why = f" ({after['reason']})" if after.get("reason") else ""
        said = f"the baseline was blessed anew in this change{why}: its scores are in {baseline / 'scores.json'}"
        return [said] * blessed + moved
    kept = {name for name, text in before["documents"].items() if after["documents"].get(name) == text}
    told = answers(previous)
    for folder in (baseline, run):
        found = answers(folder)
        differing = sorted(name for name in kept if found.get(name) != told.get(name))
        if differing:
            raise InputError(
                f"{folder}: found other predictions for {len(differing)} documents ({', '.join(differing[:3])}) while "
                "the gold changed too, wanted one change at a time: the gold first, with the extractor as it was"
            )
    return ["the gold changed; the extractor's predictions are the same as before", *moved]


def _moved_anchor(previous: Path, baseline: Path) -> list[str]:
    """That the anchor was moved, and why, or taken away, if it was."""
    before, after = (
        read_record(folder / ANCHOR) if (folder / ANCHOR / RECORD).exists() else None for folder in (previous, baseline)
    )
    if before is None:
        return []
    if after is None:
        return ["the anchor was taken away in this change: nothing is judged against it"]
    moved = before["predictions_sha256"] != after["predictions_sha256"]
    return [f"the anchor was moved in this change ({after.get('reason') or 'without a reason'})"] * moved
