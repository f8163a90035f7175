"""The command line: overrides, names and flags in any order, each of them told from the others."""

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Never

from harness.data.near import near_miss
from harness.data.types import InputError

FLAGS: Final = ("--help", "--cfg", "--package", "--resolve", "--config-dir", "--multirun", "--info", "--hydra-help")
"""The long flags that are none of a command's keys."""

_KEY: Final = re.compile(r"(?:(?P<deleted>~)|\+{1,2})?(?P<top>[A-Za-z_$][\w$-]*)[\w$./:@-]*", re.ASCII)


@dataclass(frozen=True)
class Line:
    """A command line, taken apart."""

    overrides: Sequence[str]
    names: Sequence[str]
    """What has no key: the folders of runs, for instance."""
    help: bool = False
    shown: str | None = None
    """The part of the configuration to show instead of running: job, hydra or all."""
    package: str | None = None
    """The key below which it is shown."""
    resolve: bool = False
    """Whether it is shown with variables resolved."""
    folders: Sequence[str] = ()
    """The user's folders of parts."""
    sweeping: bool = False
    for_hydra: Sequence[str] = ()
    """Flags that Hydra answers."""


def parse(command: str, keys: Sequence[str], arguments: Sequence[str]) -> Line:
    """Take the arguments of `command` apart; `keys` are those of its configuration at the top.

    Each of them is an option as well: `--out DIR` is `out=DIR`. What follows `--` is a name, whatever it looks like.

    Raises:
        InputError: a flag is unknown, or lacks its value.
    """
    arguments = list(arguments)
    last = arguments.index("--") if "--" in arguments else len(arguments)
    found = _parser(command, keys).parse_intermixed_args(arguments[:last])
    options = [f"{key}={value}" for key, value in vars(found).items() if key in keys and value is not None]
    overrides = [word for word in found.words if _is_override(word, keys)]
    names = [word for word in found.words if not _is_override(word, keys)]
    return Line(
        overrides=(*overrides, *options),
        names=(*names, *arguments[last + 1 :]),
        help=found.help_,
        shown=found.cfg_,
        package=found.package_,
        resolve=found.resolve_,
        folders=tuple(found.folders_),
        sweeping=found.sweeping_ or "hydra.mode=MULTIRUN" in overrides,
        for_hydra=(f"--info={found.info_}",) * (found.info_ is not None) + ("--hydra-help",) * found.hydra_help_,
    )


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Never:
        wanted = f"wanted KEY=VALUE or a flag that {self.prog} --help lists"
        unknown = message.partition("unrecognized arguments: ")[2].split()
        if not unknown:
            raise InputError(f"command line: found {message}, {wanted}")
        flag = unknown[0].partition("=")[0]
        if "." in flag:
            raise InputError(f"command line: found the unknown flag {flag}, wanted {flag.lstrip('-')}=VALUE")
        options = (option for action in self._actions for option in action.option_strings)
        near = near_miss(flag.lstrip("-"), (option.lstrip("-") for option in options if option.startswith("--")))
        meant = f"; did you mean --{near}?" if near else ""
        raise InputError(f"command line: found the unknown flag {flag}, {wanted}{meant}")


def _parser(command: str, keys: Sequence[str]) -> _Parser:
    # Options of keys keep the key for a name, which none of the others has: they end in an underscore.
    parser = _Parser(prog=f"harness {command}", add_help=False)
    parser.add_argument("words", nargs="*")
    parser.add_argument("-h", "--help", action="store_true", dest="help_")
    parser.add_argument("-c", "--cfg", choices=("job", "hydra", "all"), dest="cfg_")
    parser.add_argument("-p", "--package", dest="package_")
    parser.add_argument("--resolve", action="store_true", dest="resolve_")
    parser.add_argument("-cd", "--config-dir", action="append", default=[], dest="folders_")
    parser.add_argument("-m", "--multirun", action="store_true", dest="sweeping_")
    parser.add_argument("-i", "--info", nargs="?", const="all", dest="info_")
    parser.add_argument("--hydra-help", action="store_true", dest="hydra_help_")
    for key in keys:
        parser.add_argument(f"--{key.replace('_', '-')}", dest=key, metavar="VALUE")
    return parser


def is_key(name: str) -> bool:
    """Whether a name has the form of a key."""
    return _KEY.fullmatch(name) is not None


def _is_override(word: str, keys: Sequence[str]) -> bool:
    """Whether a word is an override: its key is one of the command's, or has the form of a key and names no file."""
    found = _KEY.fullmatch(word.partition("=")[0])
    if found is None or not ("=" in word or found["deleted"]):
        return False
    return found["top"] in (*keys, "hydra") or not Path(word).exists()
