"""The record of what made a run: command, versions, git state, machine, seeds."""

import importlib.metadata
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
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


_OPTIONAL: Final = {
    "openai": "openai",
    "genai-prices": "genai_prices",
    "spacy": "spacy",
    "stanza": "stanza",
    "camel-tools": "camel_tools",
    "gliner2": "gliner2",
    "conllu": "conllu",
    "dkpro-cassis": "cassis",
}
"""Packages that single parts use, with their modules: a run has used one if its process has loaded it."""


def provenance(overrides: Sequence[str], seeds: Mapping[str, int]) -> dict[str, object]:
    """What made a run: command, versions, git state, machine, seeds."""
    return {
        "overrides": list(overrides),
        "seeds": dict(seeds),
        "versions": {"python": platform.python_version()} | _versions(_PACKAGES),
        "git": _git(),
        "machine": machine(),
    }


def with_loaded(record: Mapping[str, object]) -> dict[str, object]:
    """`record` of `provenance`, with the versions of packages that have been loaded since for a part that uses them."""
    versions = record.get("versions")
    if not isinstance(versions, dict):
        return dict(record)
    loaded = _versions([package for package, module in _OPTIONAL.items() if module in sys.modules])
    return {**record, "versions": versions | loaded}


def _versions(packages: Iterable[str]) -> dict[str, str]:
    found = {}
    for package in packages:
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
