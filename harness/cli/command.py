"""What a command is: a frozen dataclass whose fields are the keys of its file in `conf/`, and which can be executed."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from harness.data.types import InputError

if TYPE_CHECKING:
    from omegaconf import DictConfig

Count = Annotated[int, Field(gt=0, description="a whole number above 0")]
Positive = Annotated[float, Field(gt=0, description="a number above 0")]
NotNegative = Annotated[float, Field(ge=0, description="a number of 0 or more")]
Switch = Annotated[bool, Field(description="true or false")]


@dataclass(frozen=True)
class Job:
    """One call of a command, or one job of its sweep."""

    config: "DictConfig"
    """The composed configuration, Hydra's own part left out."""
    overrides: Sequence[str]
    """The user's overrides, as they were written."""
    folder: Path = Path()
    """Where the job writes, for a command that has a folder of its own for every run."""
    told: set[str] = field(default_factory=set)
    """Notes that were shown; the jobs of a sweep that share a process share it."""


class Command(ABC):
    """A command of the program. To add one: a subclass, a file in `conf/` that names it by `_target_`, and a test."""

    sweeps: ClassVar[bool] = False
    """Whether `-m` executes it for several values. Such a command has a folder for every run."""

    @classmethod
    def named(cls, names: Sequence[str]) -> Mapping[str, str | list[str]]:
        """The keys, with their values, that names without a key stand for, as in `harness report RUN`.

        Raises:
            InputError: the command takes no names, or not so many.
        """
        raise InputError(f"command line: found {names[0]!r}, wanted KEY=VALUE")

    @classmethod
    def prepare(cls) -> None:
        """Called before the parts are made.

        Raises:
            InputError: something is not installed without which they cannot be.
        """
        return

    @abstractmethod
    def execute(self, job: Job, /) -> int:
        """Do the work; the exit code.

        Raises:
            InputError: what the user gave cannot be used.
        """


def single(key: str, names: Sequence[str]) -> dict[str, str | list[str]]:
    """The one name that a command takes, for `key`.

    Raises:
        InputError: there are several.
    """
    if len(names) > 1:
        raise InputError(f"{key}: found {len(names)}: {' '.join(names)}, wanted one")
    return {key: names[0]}
