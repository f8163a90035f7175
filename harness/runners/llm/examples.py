"""Which examples a prompt shows: a file of the user's own, how many of it, and how they are chosen."""

from dataclasses import dataclass
from typing import Literal

from harness.data.types import InputError

Choice = Literal["seed", "nearest"]


@dataclass(frozen=True)
class Examples:
    """Documents with their annotation, shown to the model before the question; conf/runner/llm.yaml has the details."""

    path: str | None = None
    k: int = 4
    choice: Choice = "seed"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.k < 1:
            raise InputError(f"k: found {self.k}, wanted a whole number from 1")
