"""Answers on disk, a file each: what was answered is not asked again, in no later run."""

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from harness.runners.llm.reply import Reply, reply_of

_VERSION: Final = 1


def request_hash(endpoint: str, body: Mapping[str, Any], repeat: int) -> str:
    """The name of a request: the SHA-256 of where it goes, of what is sent, and of which repetition it is.

    The key is no part of it. Servers that know no seeds answer each repetition anew, so that the request alone would
    not tell them apart.
    """
    named = {"endpoint": endpoint, "body": body} | ({"repeat": repeat} if repeat else {})
    written = json.dumps(named, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass
class Cache:
    """A folder of answers; without a folder nothing is kept.

    Several threads and processes may use it at once: a file has its name only when it is whole.
    """

    folder: Path | None
    _asked: dict[str, Future[bool]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, name: str) -> Reply | None:
        """The answer to the request of that name; None where there is none, or no whole one of our making."""
        if self.folder is None:
            return None
        try:
            record = json.loads(self._path(self.folder, name).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(record, dict) or (record.get("version"), record.get("request")) != (_VERSION, name):
            return None
        return reply_of(record.get("reply"))

    def put(self, name: str, reply: Reply, about: Mapping[str, object]) -> None:
        """Keep an answer; `about` says of whom, for people who look at the file."""
        if self.folder is None:
            return
        path = self._path(self.folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
        record = {"version": _VERSION, "request": name, **about, "reply": reply.record()}
        with part.open("w", encoding="utf-8", errors="surrogatepass") as file:
            json.dump(record, file, ensure_ascii=True, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)

    def claim(self, name: str) -> "Future[bool] | None":
        """None for the first thread that asks by this name; for others whether the first will have an answer.

        Without a folder each asks by itself, as it would if they asked one after another.
        """
        if self.folder is None:
            return None
        with self._lock:
            if name in self._asked:
                return self._asked[name]
            self._asked[name] = Future()
            return None

    def settle(self, name: str, *, kept: bool) -> None:
        """Tell those who wait whether an answer is there now."""
        with self._lock:
            future = self._asked.pop(name, None)
        if future is not None:
            future.set_result(kept)

    def _path(self, folder: Path, name: str) -> Path:
        return folder / name[:2] / name[2:4] / f"{name}.json"
