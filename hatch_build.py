"""What the wheel holds of `gold/`: everything, or, with HARNESS_WITHOUT_TEXTS=1, the annotation without the articles.

The five articles belong to their publishers. The stand-off form of a version has the same files without `texts/`, no
running text in any of them, and `standoff.jsonl` in the place of `gold.jsonl`; `harness curate task=texts` puts the
texts back in.
"""

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SWITCH = "HARNESS_WITHOUT_TEXTS"


class Gold(BuildHookInterface):  # type: ignore[type-arg]
    """Put `gold/` into the wheel, in one of its two forms."""

    made: Path | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the folder to include; an editable installation reads the checkout's own."""
        if version == "editable":
            return
        gold = Path(self.root) / "gold"
        if os.environ.get(SWITCH, "") not in ("", "0"):
            self.made = Path(tempfile.mkdtemp())
            gold = Path(shutil.copytree(gold, self.made / "gold"))
            for texts in gold.glob("*/texts"):
                take_out(texts.parent)
        build_data["force_include"][str(gold)] = "harness/_installed/gold"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove what was made."""
        if self.made is not None:
            shutil.rmtree(self.made)


def take_out(folder: Path) -> None:
    """Bring the version in `folder` into its stand-off form."""
    shutil.rmtree(folder / "texts")
    for path in folder.rglob("*.jsonl"):
        records = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        lines = [json.dumps(_without_text(record), ensure_ascii=False) for record in records]
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    (folder / "gold.jsonl").rename(folder / "standoff.jsonl")


def _without_text(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_text(part) for part in value]
    if isinstance(value, dict):
        return {key: _without_text(part) for key, part in value.items() if key != "text"}
    return value
