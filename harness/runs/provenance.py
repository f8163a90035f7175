"""The record of what made a run: command, versions, git state, machine, seeds."""

import importlib.metadata
import platform
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from harness.runs.machine import machine

_PACKAGES: Final = (
    "arabic-extraction-harness",
    "numpy",
    "scipy",
    "scikit-learn",
    "pyarrow",
    "hydra-core",
    "omegaconf",
    "mlflow",
    "mlflow-skinny",
    "datasets",
    "onnxruntime",
    "transformers",
    "tokenizers",
    "safetensors",
    "torch",
    "babel",
    "pyahocorasick",
)


def provenance(overrides: Sequence[str], seeds: Mapping[str, int]) -> dict[str, object]:
    """What made a run: command, versions, git state, machine, seeds."""
    return {
        "overrides": list(overrides),
        "seeds": dict(seeds),
        "versions": {"python": platform.python_version()} | _versions(),
        "git": _git(),
        "machine": machine(),
    }


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _git() -> dict[str, object] | None:
    """Commit and cleanliness of the checkout that the package lives in; None outside one."""
    folder = Path(__file__).parent

    def ask(*words: str) -> str | None:
        try:
            done = subprocess.run(  # noqa: S603 -- fixed words
                ["git", "-C", str(folder), *words],  # noqa: S607
                capture_output=True,
                text=True,
                timeout=10,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    tracked = ask("ls-files", "--error-unmatch", str(Path(__file__)))
    commit = ask("rev-parse", "HEAD") if tracked else None
    return {"commit": commit, "dirty": bool(ask("status", "--porcelain"))} if commit else None
