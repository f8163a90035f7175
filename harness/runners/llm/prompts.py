"""Prompts: templates with a version, what a schema says of its names, examples, and the sentences in question."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from harness.data.files import read_yaml, resource
from harness.data.jsonl import one_line
from harness.data.near import guess
from harness.data.schema import Schema
from harness.data.types import LAYERS, Document, InputError, Span
from harness.runners.llm.chunks import Chunk
from harness.runners.llm.fewshot import Nearest, Shot, check_number

_KEYS: Final = ("name", "version", "language", "system", "user")
_LANGUAGES: Final = ("en", "ar")
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_TRIAL: Final = Chunk(Document("", "."), (Span(0, 1),), 1)


class Term(NamedTuple):
    """A name as templates see it; the description is empty where nobody said, `values` are those of an attribute."""

    name: str
    description: str
    values: Sequence["Term"] = ()


@dataclass(frozen=True)
class Template:
    """The texts of a prompt, in Jinja; `where` is the file."""

    name: str
    version: int
    language: str
    system: str
    user: str
    where: str


@dataclass(frozen=True)
class Prompt:
    """What is asked of a model: ready to be filled with the sentences of a chunk.

    `examples` go before the question, all of them, or, where `nearest` is set, for each chunk that number of them that
    are most like it, the nearest last.
    """

    template: Template
    schema: Schema
    layers: tuple[str, ...]
    examples: tuple[Shot, ...] = ()
    nearest: int | None = None

    @property
    def label(self) -> str:
        """Name and version, as runs show them."""
        return f"{self.template.name}@{self.template.version}"

    @cached_property
    def sha256(self) -> str:
        """The hash of all that goes out but the chunk, in hexadecimal."""
        turns = [list(self._turns(shot)) for shot in self.examples]
        sent = {"system": self.system, "user": self.template.user, "examples": turns, "nearest": self.nearest}
        return hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest()

    @cached_property
    def system(self) -> str:
        """What is said before anything else: the task and what the names mean."""
        return self._render("system", self.template.system)

    def messages(self, chunk: Chunk) -> list[dict[str, str]]:
        """The messages of one request, each with `role` and `content`; without `system` where that is blank."""
        system = [{"role": "system", "content": self.system}] if self.system else []
        turns = [message for shot in self._shown(chunk) for message in self._turns(shot)]
        return [*system, *turns, {"role": "user", "content": self._question(chunk)}]

    def _shown(self, chunk: Chunk) -> Iterable[Shot]:
        if self.nearest is None:
            return self.examples
        return [self.examples[number] for number in reversed(self._ranking.best(chunk.text, self.nearest))]

    @cached_property
    def _ranking(self) -> Nearest:
        return Nearest([shot.document.text for shot in self.examples])

    def _turns(self, shot: Shot) -> tuple[dict[str, str], dict[str, str]]:
        answer = shot.answer(self.schema, self.layers)
        return {"role": "user", "content": self._question(shot.chunk)}, {"role": "assistant", "content": answer}

    def _question(self, chunk: Chunk) -> str:
        return self._render("user", self.template.user, text=chunk.text)

    def _render(self, part: str, source: str, **values: str) -> str:
        schema = self.schema
        try:
            return (
                _ENVIRONMENT.from_string(source)
                .render(
                    values,
                    layers=self.layers,
                    nesting=schema.nesting,
                    types=self._terms(("types",), schema.types),
                    sentence_labels=self._terms(("sentence_labels",), schema.sentence_labels),
                    attributes=[
                        self._term(("attributes", name))._replace(values=self._terms(("attributes", name), values_))
                        for name, values_ in schema.attributes.items()
                    ],
                )
                .strip()
            )
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            line = getattr(error, "lineno", None)
            place = f"{self.template.where}: {part}{f', line {line}' if line else ''}"
            raise InputError(f"{place}: found {one_line(str(error))}, wanted a template that can be filled") from error

    def _terms(self, path: tuple[str, ...], names: Iterable[str]) -> list[Term]:
        return [self._term((*path, name)) for name in names]

    def _term(self, path: tuple[str, ...]) -> Term:
        said = self.schema.describe(*path)
        first, second = (said.en, said.ar) if self.template.language == "en" else (said.ar, said.en)
        return Term(path[-1], first or second)


_ENVIRONMENT: Final = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
)


def read_prompt(
    name_or_path: str,
    schema: Schema,
    layers: Sequence[str],
    examples: Sequence[Shot] = (),
    nearest: int | None = None,
) -> Prompt:
    """The prompt in `conf/prompt/NAME.yaml`, or in the file of that path, for those of `layers` that `schema` has.

    Raises:
        InputError: there is none, it is malformed or cannot be filled, the schema has none of the layers, or there are
            fewer examples than `nearest`.
    """
    check_number(examples, nearest or 0)
    asked = tuple(layer for layer in LAYERS if layer in layers and layer in schema.layers)
    if not asked:
        found = ", ".join(layers) or "none"
        raise InputError(f"layers: found {found}, wanted some of {', '.join(schema.layers)}, which {schema.label} has")
    prompt = Prompt(read_template(name_or_path), schema, asked, tuple(examples), nearest)
    # What cannot be filled is found before the first request.
    prompt.messages(_TRIAL)
    return prompt


def read_template(name_or_path: str) -> Template:
    """The template in `conf/prompt/NAME.yaml`, or in the file of that path.

    Raises:
        InputError: there is none, or it is malformed.
    """
    folder = resource("conf") / "prompt"
    path = Path(name_or_path)
    if _NAME.fullmatch(name_or_path) and not name_or_path.endswith((".yaml", ".yml")):
        path = folder / f"{name_or_path}.yaml"
        if not path.is_file():
            known = [file.stem for file in sorted(folder.glob("*.yaml"))]
            wanted = f"the path of a prompt or one of {', '.join(known)}{guess(name_or_path, known)}"
            raise InputError(f"prompt: found {name_or_path!r}, wanted {wanted}")
    value = read_yaml(path)
    if not isinstance(value, dict) or set(value) != set(_KEYS):
        found = ", ".join(map(str, value)) if isinstance(value, dict) else repr(value)
        raise InputError(f"{path}: found {found}, wanted the keys {', '.join(_KEYS)}")
    name, version, language = value["name"], value["version"], value["language"]
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InputError(f"{path}: name: found {name!r}, wanted letters, digits and . _ -")
    if type(version) is not int or version < 1:
        raise InputError(f"{path}: version: found {version!r}, wanted a whole number from 1")
    if language not in _LANGUAGES:
        raise InputError(f"{path}: language: found {language!r}, wanted one of {', '.join(_LANGUAGES)}")
    for part in ("system", "user"):
        if not isinstance(value[part], str):
            raise InputError(f"{path}: {part}: found {value[part]!r}, wanted a text")
    return Template(name, version, language, value["system"], value["user"], str(path))
