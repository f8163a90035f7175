"""What GitHub Actions shows of a judgement: annotations on standard output, and the summary of a step.

Limits as its documentation states them (workflow commands; adding a job summary): ten annotations of a kind are shown
for a step, and a summary of more than 1 MiB is not shown at all.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from harness.gating.verdicts import FAILED, NAMES, UNDECIDED, WORST_FIRST, Judgement, Verdict

ANNOTATIONS: Final = 10
SUMMARY_BYTES: Final = 1024 * 1024
_CUT: Final = "\n\nThe rest is left out: the summary of a step holds 1 MiB.\n"


def on_github(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this runs in a job of GitHub Actions."""
    return bool(environment.get("GITHUB_ACTIONS"))


def annotations(judgement: Judgement) -> list[str]:
    """A workflow command a line: what fails as errors, what is reported as warnings, what is let pass as notices.

    At most ten of a kind, the last of them for all others, and one warning for the notes.
    """
    kinds: dict[str, list[Verdict]] = {}
    for outcome in WORST_FIRST:
        for verdict in judgement.of(outcome):
            if outcome not in ("pass", "skipped"):
                kind = {FAILED: "error", UNDECIDED: "warning"}.get(judgement.code(verdict), "notice")
                kinds.setdefault(kind, []).append(verdict)
    lines = []
    for kind, found in kinds.items():
        said = [f"{verdict.rule}: {verdict.subject}: {NAMES[verdict.outcome]}: {verdict.found}" for verdict in found]
        lines += [command(kind, f"gate {judgement.policy}", message) for message in _shortened(said)]
    return lines + [command("warning", f"gate {judgement.policy}", note) for note in judgement.notes[:1]]


def command(kind: str, title: str, message: str) -> str:
    """A workflow command; what parts its fields is escaped."""
    return f"::{kind} title={_escape(title).replace(':', '%3A').replace(',', '%2C')}::{_escape(message)}"


def append_summary(path: Path, text: str) -> None:
    """Add `text` to a step's summary, cut at a line's end where it would grow past its limit."""
    room = SUMMARY_BYTES - (path.stat().st_size if path.exists() else 0)
    with path.open("ab") as file:
        file.write(shortened(text, room))


def shortened(text: str, room: int) -> bytes:
    """`text` in UTF-8, in at most `room` bytes: whole lines, and a word on what is left out, if it has room."""
    encoded, word = f"{text}\n".encode(), _CUT.encode()
    if len(encoded) <= room:
        return encoded
    kept = encoded[: max(0, room - len(word))]
    return kept[: kept.rfind(b"\n") + 1] + word if room >= len(word) else b""


def _shortened(messages: Sequence[str]) -> list[str]:
    """At most ten of `messages`, one of which leaves room for the notes: the others in one."""
    most = ANNOTATIONS - 1
    if len(messages) <= most:
        return list(messages)
    others = messages[most - 1 :]
    return [*messages[: most - 1], f"{len(others)} more, in the summary and in gate.json; the first: {others[0]}"]


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
