"""What a run leaves of its questions and answers: a line for each, written when it came."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final

from harness.runners.llm.chunks import Chunk
from harness.runners.llm.prompts import Prompt

ANSWERS: Final = "answers.jsonl"
PROMPT: Final = "prompt.md"


@dataclass
class Records:
    """The file of answers in a run's folder; without a folder nothing is written."""

    folder: Path | None = None
    _lock: Lock = field(default_factory=Lock)
    _has_prompt: bool = False

    def add(self, record: Mapping[str, object]) -> None:
        """Write a line, in the file when this returns."""
        if self.folder is None:
            return
        # Half a surrogate pair, which JSON can hold, has no UTF-8.
        line = json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace")
        with self._lock:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / ANSWERS
            with path.open("ab") as file:
                if file.tell() and not _ends_a_line(path):
                    # A run that was killed while it wrote.
                    file.write(b"\n")
                file.write(line + b"\n")

    def keep_prompt(self, prompt: Prompt, chunk: Chunk) -> None:
        """Write the prompt as it goes out for `chunk`, for people to read, unless that was done for a chunk before."""
        if self.folder is None or self._has_prompt:
            return
        self._has_prompt = True
        parts = [f"# Prompt {prompt.label}", f"SHA-256 of all but the question: `{prompt.sha256}`"]
        # A fence longer than any in the text.
        parts += [f"## {part['role']}\n\n~~~~~~text\n{part['content']}\n~~~~~~" for part in prompt.messages(chunk)]
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / PROMPT).write_text("\n\n".join(parts) + "\n", encoding="utf-8", errors="backslashreplace")


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) == b"\n"
