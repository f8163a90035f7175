"""`harness.score`: predictions that are there already against gold, in memory: no runner, no folder, no files."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, get_args

from harness.api.advice import PythonLog, advising, of_any_runner, refuse_unused
from harness.api.evaluating import Scorers, known_choice, scorers_of, scoring_of
from harness.api.functions import KnownAnswers
from harness.api.loading import Corpus, load
from harness.api.runs import Run
from harness.api.scores import Scores
from harness.api.spans import annotation_of
from harness.config.settings import Settings
from harness.data import codec
from harness.data.bio import Scheme, decode
from harness.data.bridge import Bridge, Unknown
from harness.data.dataset import Dataset
from harness.data.files import sha256_of_file
from harness.data.jsonl import one_line
from harness.data.types import Annotation, Document, Example, InputError, Prediction
from harness.runners.base import Runner
from harness.runners.replay import Replay
from harness.runs.folder import summary
from harness.runs.names import settle_unknown
from harness.runs.scores import RunScores
from harness.scoring.score import Gold, corpora_of
from harness.scoring.score import score as measure
from harness.scoring.scoring import Scoring
from harness.scoring.unplaced import unplaced_shares

_FOR_TAGS: Final = ("entities_strict",)
"""Tags alone have no strings and no words that other scorers could go by."""
_USED: Final = frozenset(
    {"scorer", "units", "bootstrap", "labels", "unknown", "runner.labels", "runner.unknown", "packages"}
)
"""Keys of `harness evaluate` that say how answers that are there already are scored."""
_LOG: Final = PythonLog()
_BESIDE_LAYERS: Final = frozenset({"id", "text", "meta", "seconds", "error"})
"""Keys of a line of a file of predictions that are no layers."""


def score(
    gold: Any,
    predicted: Any,
    *,
    texts: Sequence[str] | Sequence[Sequence[str]] | None = None,
    scorers: Scorers | None = None,
    units: str | None = None,
    labels: str | None = None,
    unknown: Unknown = "error",
    scheme: Scheme = "IOB2",
    overrides: Sequence[str] = (),
) -> Scores:
    """The scores of predictions; nothing is written.

    Args:
        gold: What `harness.load` takes; or, with `texts`, what is annotated in each text: mentions as tuples
            (start, end, type) or dicts, an `Annotation`, a dict of layers; or a list of tags for each sentence.
        predicted: A file of predictions in JSON Lines, or the folder of a run; a corpus; dicts with `id` and layers; a
            mapping from ids to mentions; mentions for each document in order; or a list of tags for each sentence.
        texts: The texts that offsets count in; beside tags the tokens of each sentence, without which entities are
            compared by the places of their tokens alone.
        scorers: Names of scorers, with options or not, or scorers by name.
        units: What intervals resample: `document`, `paragraph` or `sentence`.
        labels: The map of the predictions' tag set, a name in `conf/labels/` or a path.
        unknown: What becomes of predicted names that the gold does not know: `error` refuses and lists them, `drop`
            leaves them out, and with them mentions of types that the gold never uses, `count` counts them as wrong.
        scheme: How tags are written, as `dataset.scheme` of CoNLL columns: IO, IOB1, IOB2 or BIOES.
        overrides: Any other keys of `harness evaluate`, as `bootstrap.resamples=500`.

    Raises:
        InputError: the two sides do not fit, or one is malformed; the message names the index.

    Examples:
        >>> score([[(0, 6, "OCC")]], [[(0, 6, "OCC")]], texts=["الوزير"])["entities_strict"]["micro/f1"].value
        1.0
        >>> score([["B-GPE", "O", "B-OCC"]], [["B-GPE", "O", "O"]])["entities_strict"]["micro/recall"].value
        0.5
    """
    are_tags = _are_tags(gold) or _are_tags(predicted)
    if are_tags and texts is None:
        scorers = scorers or _FOR_TAGS
    parts = {
        "scorer": scorers_of(scorers),
        "units": units,
        "labels": labels,
        "unknown": None if known_choice(unknown) == "error" else unknown,
    }
    settings = Settings.compose("evaluate", parts, of_any_runner(overrides))
    refuse_unused("score", overrides, _USED)
    labels, unknown = settings.config.labels, known_choice(settings.config.unknown)
    if are_tags:
        corpus, answers = _of_tags(gold, predicted, texts, scheme)
        runner: Runner = KnownAnswers(answers, labels=labels)
    else:
        if texts is None:
            _refuse_spans(gold)
        corpus = load(gold) if texts is None else _of_texts(gold, texts)
        runner = _answers(predicted, corpus, labels)
    with advising():
        return _scores(corpus, runner, scoring_of(settings), unknown)


def _scores(corpus: Corpus, runner: Runner, scoring: Scoring, unknown: Unknown) -> Scores:
    """What the answers of `runner`, which were made elsewhere, score on `corpus`."""
    examples, documents, schema = list(corpus), corpus.documents, corpus.annotation_schema
    bridge = Bridge(corpus.tag_set, runner.tag_set, schema, None, unknown)
    answers = list(runner.predict(documents))
    for document, prediction in () if runner.checked else zip(documents, answers, strict=True):
        fault = codec.fault(prediction.annotation, document.text)
        if fault is not None:
            raise InputError(f"predicted: document {document.id}: {fault}")
    predictions, remarks = settle_unknown("predicted", answers, examples, bridge)
    for remark in remarks:
        _LOG.warn(remark)
    gold = Gold(corpus.name, _sha256(corpus), examples, corpus.speakers(), corpus.passes(documents), schema)
    by_document = {prediction.doc_id: prediction for prediction in predictions}
    corpora = corpora_of(gold, by_document, scoring.units, bridge)
    record = summary("", gold, runner.name, predictions, measure(gold, corpora, scoring))
    unplaced = unplaced_shares(corpora)
    return Scores(RunScores(record | {"unplaced": unplaced} if unplaced else record))


def _sha256(corpus: Corpus) -> str:
    """The hash of what is scored: the one that a run folder's gold.jsonl would have."""
    if corpus.source is not None:
        return sha256_of_file(corpus.source)
    return hashlib.sha256("".join(f"{codec.dump_example(example)}\n" for example in corpus).encode()).hexdigest()


def _refuse_spans(gold: Any) -> None:
    """Refuse mentions without the texts that their offsets count in."""
    if isinstance(gold, str | Mapping) or not isinstance(gold, Sequence):
        return
    for index, item in enumerate(gold):
        if isinstance(item, list | tuple | Annotation):
            found = f"gold[{index}]: found {one_line(repr(item))} and no texts"
            raise InputError(f"{found}, wanted them beside mentions: give texts=; or a dict with text and entities")


def _of_texts(gold: Any, texts: Sequence[Any]) -> Corpus:
    if isinstance(gold, str | Path | Mapping) or not isinstance(gold, Sequence):
        raise InputError(f"gold: found {one_line(repr(gold))} beside texts, wanted what is annotated in each of them")
    if len(gold) != len(texts):
        raise InputError(f"gold: found {len(gold)}, wanted {len(texts)} as there are texts")
    odd = next((index for index, text in enumerate(texts) if not isinstance(text, str)), None)
    if odd is not None:
        raise InputError(f"texts[{odd}]: found {one_line(repr(texts[odd]))}, wanted a text")
    examples = [
        Example(Document(str(index + 1), text), annotation_of(annotated, text, f"gold[{index}]"))
        for index, (annotated, text) in enumerate(zip(gold, texts, strict=True))
    ]
    return load(examples, name="gold")


def _answers(predicted: Any, corpus: Corpus, labels: str | None) -> Runner:
    """What was predicted, as a runner that only hands it out.

    Raises:
        InputError: it is malformed, names a document that is not in the corpus, or is of another number.
    """
    if isinstance(predicted, Run):
        predicted = predicted.folder
    if isinstance(predicted, str | Path):
        if not Path(predicted).exists():
            raise InputError(
                f"predicted: found no file {predicted}, wanted predictions in JSON Lines or a run's folder"
            )
        return Replay(str(predicted), labels=labels).reading(corpus)
    if isinstance(predicted, Dataset):
        examples = {example.document.id: Prediction(example.document.id, example.gold) for example in predicted.read()}
        for name in examples:
            _text(corpus, name, "predicted: ")
        return KnownAnswers(examples, labels=predicted.labels if labels is None else labels)
    if isinstance(predicted, Mapping):
        named = {str(name): answer for name, answer in predicted.items()}
        return KnownAnswers(
            {name: _prediction(name, answer, corpus, f"predicted[{name!r}]") for name, answer in named.items()},
            labels=labels,
        )
    if isinstance(predicted, Iterable):
        return KnownAnswers(_in_order(list(predicted), corpus), labels=labels)
    raise InputError(f"predicted: found {one_line(repr(predicted))}, wanted a file, dicts or mentions of each document")


def _in_order(predicted: Sequence[Any], corpus: Corpus) -> dict[str, Prediction]:
    """Answers by document id: that of the answer itself, or of the document at its place."""
    has_ids = [_id(answer) is not None for answer in predicted]
    if any(has_ids) and not all(has_ids):
        index = has_ids.index(not has_ids[0])
        raise InputError(f"predicted[{index}]: found an answer {_with(has_ids[index])}, wanted one {_with(has_ids[0])}")
    if not any(has_ids) and len(predicted) != len(corpus):
        raise InputError(f"predicted: found {len(predicted)}, wanted {len(corpus)} as there are documents in gold")
    answers: dict[str, Prediction] = {}
    for index, answer in enumerate(predicted):
        name = str(_id(answer)) if has_ids[index] else corpus[index].document.id
        if name in answers:
            raise InputError(f"predicted[{index}]: found the document {name!r} twice, wanted each once")
        answers[name] = _prediction(name, answer, corpus, f"predicted[{index}]")
    return answers


def _prediction(name: str, answer: object, corpus: Corpus, where: str) -> Prediction:
    """An answer for the document `name`: one of our types, a line of a file of predictions as a dict, or spans."""
    text = _text(corpus, name, f"{where}: ")
    if isinstance(answer, Prediction):
        return replace(answer, doc_id=name)
    if isinstance(answer, Example):
        return Prediction(name, answer.gold)
    if not isinstance(answer, Mapping):
        return Prediction(name, annotation_of(answer, text, where))
    if answer.get("text", text) != text:
        raise InputError(f"{where}: text: found another text than that of document {name!r} in gold")
    layers = {key: value for key, value in answer.items() if key not in _BESIDE_LAYERS}
    error = answer.get("error")
    return Prediction(name, annotation_of(layers, text, where), error=None if error is None else str(error))


def _id(answer: object) -> object:
    """The document that an answer says it is for; None where it says none."""
    if isinstance(answer, Prediction):
        return answer.doc_id
    if isinstance(answer, Example):
        return answer.document.id
    return answer.get("id") if isinstance(answer, Mapping) else None


def _with(has_id: bool) -> str:
    return "with the id of its document" if has_id else "without an id"


def _text(corpus: Corpus, name: str, where: str) -> str:
    if name not in corpus:
        raise InputError(f"{where}found the document {name!r}, wanted one of {corpus.name}")
    return corpus[name].document.text


def _are_tags(side: object) -> bool:
    """Whether a side is lists of tags: in its first sentence that is not empty there are but texts."""
    if isinstance(side, str | Mapping | Dataset) or not isinstance(side, Sequence):
        return False
    first = next((sentence for sentence in side if isinstance(sentence, list | tuple) and sentence), ())
    return bool(first) and all(isinstance(tag, str) for tag in first)


def _of_tags(
    gold: Any, predicted: Any, tokens: Sequence[Any] | None, scheme: Scheme
) -> tuple[Corpus, dict[str, Prediction]]:
    """A corpus of the sentences and the answers for them; without `tokens` each is a letter, so that places count."""
    if scheme not in get_args(Scheme):
        raise InputError(f"scheme: found {scheme!r}, wanted one of {', '.join(get_args(Scheme))}")
    sides = [_checked(gold, "gold"), _checked(predicted, "predicted")]
    _same_lengths(sides[1], sides[0], "predicted", "tags")
    if tokens is None:
        written = [["x"] * len(tags) for tags in sides[0]]
    else:
        written = [text.split() if isinstance(text, str) else list(text) for text in tokens]
        _same_lengths(written, sides[0], "texts", "tokens")
    examples, answers = [], {}
    for index, (words, golden, found) in enumerate(zip(written, *sides, strict=True)):
        document = Document(str(index + 1), " ".join(words))
        examples.append(Example(document, _read(golden, words, scheme)))
        answers[document.id] = Prediction(document.id, _read(found, words, scheme))
    return load(examples, name="gold"), answers


def _checked(side: Any, name: str) -> list[list[str]]:
    if isinstance(side, str | Mapping) or not isinstance(side, Sequence):
        raise InputError(f"{name}: found {one_line(repr(side))}, wanted a list of tags for each sentence")
    for index, tags in enumerate(side):
        if not isinstance(tags, list | tuple):
            raise InputError(f"{name}[{index}]: found {one_line(repr(tags))}, wanted a list of tags")
        for place, tag in enumerate(tags):
            if not isinstance(tag, str) or not tag:
                raise InputError(
                    f"{name}[{index}][{place}]: found {one_line(repr(tag))}, wanted a tag such as B-PERS or O"
                )
    return [list(tags) for tags in side]


def _same_lengths(side: Sequence[Sequence[str]], gold: Sequence[Sequence[str]], name: str, what: str) -> None:
    if len(side) != len(gold):
        raise InputError(f"{name}: found {len(side)} sentences, wanted {len(gold)} as in gold")
    for index, (own, wanted) in enumerate(zip(side, gold, strict=True)):
        if len(own) != len(wanted):
            raise InputError(f"{name}[{index}]: found {len(own)} {what}, wanted {len(wanted)} as in gold[{index}]")


def _read(tags: Sequence[str], words: Sequence[str], scheme: Scheme) -> Annotation:
    """The mentions in the tags of a sentence, as offsets into its words with a space between each two."""
    starts = list(accumulate((len(word) + 1 for word in words), initial=0))
    mentions = decode([[tag] for tag in tags], scheme).mentions
    spans = [(starts[mention.first], starts[mention.last] - 1, mention.type) for mention in mentions]
    return annotation_of(spans, "", "tags")
