"""A large language model behind an OpenAI-compatible server, as an extractor."""

import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final, Self

from harness.data import extras
from harness.data.bridge import Unknown
from harness.data.failures import failure
from harness.data.schema import GOLD_NAME, Schema, read_schema
from harness.data.tagsets import TagSet, read_tag_set
from harness.data.types import LAYERS, Annotation, Document, InputError, Prediction
from harness.runners.base import Runner
from harness.runners.llm.asking import Asking, joined
from harness.runners.llm.budget import Account, Budget
from harness.runners.llm.cache import Cache
from harness.runners.llm.chunks import chunks
from harness.runners.llm.client import Client, Retrying, check_endpoint
from harness.runners.llm.examples import Examples
from harness.runners.llm.failures import FailedRequestError
from harness.runners.llm.fewshot import chosen, read_shots
from harness.runners.llm.keys import check_name, read_key
from harness.runners.llm.leaks import refuse_leaks
from harness.runners.llm.placing import Placed
from harness.runners.llm.prices import Prices, costing
from harness.runners.llm.prompts import Prompt, read_prompt
from harness.runners.llm.records import Records
from harness.runners.llm.requests import Sampling, SchemaMode, check_extra
from harness.runners.llm.session import Session
from harness.runners.llm.voting import vote
from harness.runners.llm.wanted import wanted_schema
from harness.runners.llm.workers import Workers

_LEAST: Final = {"chunk": 1, "seed": 0, "max_tokens": 1, "concurrency": 1, "retries": 0, "repeats": 1}
_AHEAD: Final = 4
"""Chunks for each thread that are put to them before the documents that they belong to are asked for."""


@dataclass(frozen=True)
class Llm(Runner):
    """Entities, claims and sentence labels from a language model; conf/runner/llm.yaml says what each field means.

    Answers do not depend on how many requests are under way at once. A document of which a part has no usable answer
    is a failure, whatever the rest of it has. After `predict`, `figures` says what it took.
    """

    endpoint: str
    model: str
    key: str | None = "OPENAI_API_KEY"
    schema: SchemaMode = "json_schema"
    prompt: str = "en"
    annotates: str | None = None
    layers: Sequence[str] | None = None
    labels: str | None = None
    # An evaluation's to read; a field, so that a runner inside another one may have it in its file.
    unknown: Unknown = "count"
    examples: Examples = field(default_factory=Examples)
    chunk: int = 2000
    temperature: float | None = 0.0
    seed: int | None = 0
    max_tokens: int | None = 4096
    extra: Mapping[str, Any] = field(default_factory=dict)
    timeout: float = 120.0
    concurrency: int = 4
    retries: int = 4
    backoff: float = 1.0
    budget: Budget = field(default_factory=Budget)
    prices: Prices = field(default_factory=Prices)
    cache: str | None = "runs/.cache/llm"
    repeats: int = 1
    vote: bool = False
    name: str = "llm"
    _asked: Schema | None = field(default=None, init=False, repr=False, compare=False)
    """What an evaluation wants annotated."""
    _repeat: int = field(default=0, init=False, repr=False, compare=False)
    """Which repetition this is."""
    _session: Session = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_endpoint(self.endpoint)
        if not self.model.strip():
            raise InputError("model: found an empty name, wanted the name of a model on the server")
        if self.key is not None:
            check_name(self.key)
        check_extra(self.extra)
        strange = [layer for layer in self.layers or () if layer not in LAYERS]
        if strange or (self.layers is not None and not self.layers):
            raise InputError(
                f"layers: found {', '.join(strange) or 'none'}, wanted some of {', '.join(LAYERS)}, or null"
            )
        for key, least in _LEAST.items():
            value = getattr(self, key)
            if value is not None and value < least:
                raise InputError(f"{key}: found {value}, wanted a whole number from {least}")
        if self.temperature is not None and not self.temperature >= 0:
            raise InputError(f"temperature: found {self.temperature}, wanted a number from 0, or null")
        for key in ("timeout", "backoff"):
            if not getattr(self, key) > 0:
                raise InputError(f"{key}: found {getattr(self, key)}, wanted seconds above 0")
        if self.vote and self.repeats < 2:
            raise InputError(f"vote: found true with repeats={self.repeats}, wanted 2 repeats at least to vote over")
        account = Account(self.budget, costing(self.prices, self.model, self.endpoint))
        folder = None if self.cache is None else Path(self.cache).absolute()
        self._set(_session=Session(self.endpoint, self._client, Cache(folder), account, Records()))

    def load(self) -> None:
        """Read prompt and examples. The server is not asked for anything: answers may all be in the cache.

        Raises:
            InputError: the package that asks is not installed, prompt or examples cannot be used, or cost is limited
                and nobody says what the model costs.
        """
        extras.require("openai", "llm", "runner=llm")
        if self.budget.cost is not None and self._session.account.costing is None:
            wanted = (
                "wanted runner.prices.input and runner.prices.output, or a model that the package genai-prices knows"
            )
            raise InputError(f"budget.cost: found {self.budget.cost:g} and no price of {self.model}, {wanted}")
        _ = self._prompt

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """One prediction a document, in order, with the seconds that were waited for it.

        Raises:
            InputError: no request can succeed.
        """
        session, workers = self._session, Workers[list[Placed]](self.concurrency)
        session.stopped.clear()
        waiting: deque[tuple[Document, list[list[Future[list[Placed]]]]]] = deque()
        # However many documents there are, only a few are cut into chunks before their answers are asked for.
        coming = iter(documents)
        ahead = 0
        try:
            while True:
                while ahead < _AHEAD * self.concurrency and (document := next(coming, None)) is not None:
                    asked = [self._submitted(workers, document, repeat) for repeat in self._repeats]
                    waiting.append((document, asked))
                    ahead += sum(map(len, asked))
                if not waiting:
                    return
                began = time.perf_counter()
                document, asked = waiting.popleft()
                ahead -= sum(map(len, asked))
                annotation, error = self._answer(asked)
                yield Prediction(document.id, annotation, time.perf_counter() - began, error)
        finally:
            # Whoever asked for the answers has all of them, has gone away, or has interrupted the program.
            session.stopped.set()
            workers.close()
            session.close()

    def learned_from(self, documents: Sequence[Document]) -> Sequence[str]:
        """Nothing: what the model was trained on is not known.

        Raises:
            InputError: the prompt, its examples or the schema's descriptions hold text of `documents`.
        """
        refuse_leaks(self._prompt, documents)
        return ()

    @cached_property
    def tag_set(self) -> TagSet | None:
        """The map that `labels` names."""
        return None if self.labels is None else read_tag_set(self.labels)

    @property
    def annotation_schema(self) -> Schema | None:
        """What it is asked for; None with a map, which says it."""
        return self._wanted if self.tag_set is None else None

    @property
    def provenance(self) -> Mapping[str, object]:
        """What an answer depends on: the model and its server, the prompt, and how answers are asked for."""
        return {
            "model": self.model,
            "served_model": sorted(self._session.tally.models) or None,
            "endpoint": self.endpoint,
            "schema_mode": self.schema,
            "prompt": self._prompt.label,
            "prompt_sha256": self._prompt.sha256,
            "annotates": self._wanted.label,
            "layers": list(self._prompt.layers),
            "examples": len(self._prompt.examples),
            "temperature": self.temperature,
            "seed": self.seed,
            "max_tokens": self.max_tokens,
            "chunk": self.chunk,
            "repeats": self.repeats,
            "vote": self.vote,
        }

    @property
    def figures(self) -> Mapping[str, float]:
        """Requests, tokens, cost, failures by reason and waiting times, of this runner and its repetitions together."""
        return self._session.tally.figures(self._session.account)

    @property
    def remarks(self) -> Sequence[str]:
        """What was asked and paid, and what was not answered."""
        return [f"{self.name}: {said}" for said in self._session.tally.remarks(self._session.account)]

    @property
    def repetitions(self) -> Sequence[Runner]:
        """The runners that give each further answer alone; they share budget, cache and file of answers.

        None with `vote`: single answers are no runs of the runner that votes, and the vote has asked for all of them.
        """
        if self.vote:
            return []
        return [self._like(replace(self, repeats=1), _repeat=number) for number in range(1, self.repeats)]

    def asking_for(self, schema: Schema) -> Self:
        """The runner that is asked for what `schema` names, unless `annotates` says otherwise."""
        return self._like(replace(self), _asked=schema)

    def keeping(self, folder: Path) -> Self:
        """The runner that leaves its prompt and every answer in `folder`."""
        if self._repeat:
            # A repetition leaves its answers beside those of the runner that it repeats.
            return self
        # A session of its own: what a run spends and comes to is counted by itself.
        made = replace(self)
        made._set(_asked=self._asked)
        made._session.records.folder = folder
        return made

    def _submitted(self, workers: Workers[list[Placed]], document: Document, repeat: int) -> list[Future[list[Placed]]]:
        """What the chunks of a document will be answered with."""
        parts = chunks(document, self.chunk)
        if repeat == self._repeats[0] and parts:
            self._session.records.keep_prompt(self._prompt, parts[0])
        asking = self._asking(repeat)
        failed: list[int] = []
        return [workers.submit(partial(asking.answer, chunk, number, failed)) for number, chunk in enumerate(parts)]

    def _answer(self, asked: Sequence[Sequence[Future[list[Placed]]]]) -> tuple[Annotation, str | None]:
        """The annotation of a document, or why there is none."""
        found: list[Annotation] = []
        failures: list[FailedRequestError] = []
        for futures in asked:
            try:
                parts = [placed for future in futures for placed in future.result()]
            except FailedRequestError as error:
                failures.append(error)
            except (InputError, OSError):
                raise
            except Exception as raised:
                # Whatever one answer does to the code that reads it, the others are paid for and still count.
                failures.append(FailedRequestError("error", failure(raised)))
            else:
                found.append(joined(parts, self._prompt.layers))
        if failures and 2 * len(found) <= len(asked):
            self._session.tally.failed(failures[0].reason)
            return Annotation(), str(failures[0])
        if not self.vote:
            return found[0], None
        return vote(found, len(asked), self._wanted), None

    @property
    def _repeats(self) -> range:
        """The repetitions that an answer is made of."""
        return range(self.repeats) if self.vote else range(self._repeat, self._repeat + 1)

    def _asking(self, repeat: int) -> Asking:
        sampling = Sampling(self.temperature, self.seed, self.max_tokens).repeated(repeat)
        return Asking(self._session, self._prompt, self.model, self.schema, sampling, self.extra, repeat)

    def _client(self, session: Session) -> Client:
        key, retrying = read_key(self.key), Retrying(self.retries, self.backoff)
        return Client(self.endpoint, key, self.timeout, retrying, session.account, session.stopped)

    @cached_property
    def _wanted(self) -> Schema:
        named = None if self.annotates is None else read_schema(self.annotates)
        return wanted_schema(named or self._asked or read_schema(GOLD_NAME), self.tag_set)

    @cached_property
    def _prompt(self) -> Prompt:
        schema, layers = self._wanted, self.layers or self._wanted.layers
        if self.examples.path is None:
            return read_prompt(self.prompt, schema, layers)
        shots = read_shots(self.examples.path, schema)
        if self.examples.choice == "seed":
            return read_prompt(self.prompt, schema, layers, chosen(shots, self.examples.k, self.examples.seed))
        return read_prompt(self.prompt, schema, layers, shots, self.examples.k)

    def _like(self, made: Self, **own: object) -> Self:
        """`made` with what is this runner's own besides its fields."""
        made._set(_asked=self._asked, _repeat=self._repeat, _session=self._session)
        made._set(**own)
        return made

    def _set(self, **own: object) -> None:
        for name, value in own.items():
            object.__setattr__(self, name, value)
