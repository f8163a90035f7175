"""Gold and extractor change one at a time: a score that moved with both says nothing of either."""

from pathlib import Path

from harness.gate.baseline import answers, read_record
from harness.types import InputError

_GOLD: tuple[str, ...] = ("gold_sha256", "speakers_sha256")


def changes(previous: Path, baseline: Path, run: Path) -> list[str]:
    """What a reviewer should know of `baseline` beside the one that was there before, in sentences; often none.

    Raises:
        InputError: the gold changed between the two baselines, and the baseline or the run predicts anything else than
            the previous one on a document whose text is the same.
    """
    before, after = read_record(previous), read_record(baseline)
    if all(before.get(key) == after.get(key) for key in _GOLD):
        blessed = before["predictions_sha256"] != after["predictions_sha256"]
        return [f"the baseline was blessed anew in this change: its scores are in {baseline / 'scores.json'}"] * blessed
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
    return ["the gold changed; the extractor's predictions are the same as before"]
