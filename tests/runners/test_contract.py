"""Every runner keeps the contract; a runner that breaks it is found out."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness import runners
from harness.arabic.normalize import Normalizer
from harness.data import codec
from harness.data.types import Annotation, Document, Entity, Prediction
from harness.datasets.gold import GoldStandard
from harness.runners.base import Runner, predict_each
from harness.runners.camel_tools import CamelTools
from harness.runners.command.runner import Command
from harness.runners.ensemble import Ensemble
from harness.runners.frequent import Frequent
from harness.runners.gliner2.runner import Gliner2
from harness.runners.llm.runner import Llm
from harness.runners.longest import Longest
from harness.runners.majority import Majority
from harness.runners.replay import Replay
from harness.runners.rules.runner import Rules
from harness.runners.spacy import Spacy
from harness.runners.stanza import Stanza
from harness.runners.threshold import Threshold
from harness.runners.transformer.runner import Transformer
from harness.runners.types import Types
from tests.runners import camel, contract, pipelines, stanza_tiny
from tests.runners.command.programs import written
from tests.runners.contract import CHECKS, Check
from tests.runners.gliner2 import tiny as tiny_gliner2
from tests.runners.llm.serving import lasting
from tests.runners.transformer.tiny import build, build_roberta, build_xlm_roberta

RUNNERS: dict[str, Callable[[Path], Runner]] = {
    "rules": lambda _: Rules(),
    "shipped": lambda _: Transformer(),
    "shipped-as-typed": lambda _: Transformer(normalise=None),
    "command": lambda folder: Command(written(folder)),
    "command-side-by-side": lambda folder: Command(written(folder), processes=2, ahead=8),
    "command-in-batches": lambda folder: Command(written(folder), mode="batch", processes=2),
    "ensemble": lambda _: Ensemble([Transformer(), Rules()], 0.42),
    "ensemble-union": lambda folder: Ensemble(
        {"model": Transformer(str(build(folder)), overlap=16), "rules": Rules()},
        how="union",
        claims="how",
        sentences="how",
    ),
    "ensemble-by-type": lambda _: Ensemble([Rules(), Rules("sure", 0.9)], how="by_type", choice={"PERS": "sure"}),
    "threshold": lambda _: Threshold(Rules(), score=0.7),
    "longest": lambda _: Longest(Ensemble([Rules(), Rules(threshold=0.9)], how="union"), within="any"),
    "types": lambda _: Types(Rules(), keep=["GPE", "PERS"]),
    "transformer": lambda folder: Transformer(str(build(folder)), overlap=16),
    "transformer-normalised": lambda folder: Transformer(
        str(build(folder)), overlap=8, window=32, tokens="majority", normalise=Normalizer(), token_budget=512
    ),
    "transformer-plain": lambda folder: Transformer(str(build(folder)), overlap=16, normalise="plain"),
    "transformer-characters": lambda folder: Transformer(
        str(build(folder)), overlap=8, window=32, tokens="each", repair="drop", normalise=Normalizer()
    ),
    "transformer-segmented": lambda folder: Transformer(str(build(folder)), overlap=16, segment="clitics"),
    "transformer-bytes": lambda folder: Transformer(str(build_roberta(folder)), overlap=16, tokens="each"),
    "transformer-sentencepiece": lambda folder: Transformer(
        str(build_xlm_roberta(folder)), overlap=16, tokens="each", segment="clitics", normalise=Normalizer()
    ),
    "gliner2": lambda folder: Gliner2(str(tiny_gliner2.build(folder)), threshold=0.7),
    "gliner2-windows": lambda folder: Gliner2(
        str(tiny_gliner2.build(folder, positions=144)),
        descriptions=None,
        threshold=0.8,
        overlaps="nested",
        window=64,
        overlap=16,
        batch_size=3,
        normalise="plain",
    ),
    "spacy": lambda folder: Spacy(str(pipelines.build(folder)), spans=["sc"]),
    "spacy-pieces": lambda folder: Spacy(
        str(pipelines.build(folder)), ents=False, spans=["sc"], window=60, normalise="plain", clitics=False
    ),
    "camel_tools": lambda folder: CamelTools(str(camel.build(folder))),
    "stanza": lambda folder: Stanza(str(stanza_tiny.build(folder))),
    "stanza-plain": lambda folder: Stanza(str(stanza_tiny.build(folder)), clitics=False, normalise="plain"),
    "llm": lambda _: Llm(lasting().endpoint, "m", key=None, cache=None),
    "llm-voting": lambda folder: Llm(
        lasting().endpoint, "m", key=None, cache=str(folder), chunk=2000, repeats=3, vote=True, concurrency=8
    ),
}
LINE_BY_LINE: dict[str, Callable[[Path], Runner]] = {
    "llm": lambda _: Llm(lasting().endpoint, "m", key=None, cache=None, chunk=100),
    "transformer": lambda folder: Transformer(str(build(folder, alone=True)), overlap=16),
    "transformer-characters": lambda folder: Transformer(
        str(build(folder, alone=True)), window=24, overlap=0, tokens="each", token_budget=100
    ),
    "transformer-segmented": lambda folder: Transformer(
        str(build(folder, alone=True)), window=32, overlap=8, segment="clitics", normalise=Normalizer()
    ),
    # Of one word each: others may go on in the next line.
    "gliner2": lambda folder: Gliner2(
        str(tiny_gliner2.build(folder, positions=128, width=1, alone=True)),
        descriptions=None,
        threshold=0.55,
        window=24,
        overlap=6,
    ),
    # A list of words has no context.
    "spacy": lambda folder: Spacy(str(pipelines.build_ruler(folder, GPE="موسكو القاهرة البصرة")), window=60),
    "camel_tools": lambda folder: CamelTools(str(camel.build(folder, alone=True)), batch_size=7),
}


@pytest.fixture(scope="module", params=RUNNERS)
def runner(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    made = RUNNERS[request.param](tmp_path_factory.mktemp("model"))
    made.load()
    return made


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_runner_keeps_the_contract(runner: Runner, check: Check) -> None:
    check(runner)


def answers_of(folder: Path) -> Path:
    path = folder / "answers.jsonl"
    texts = [Document("a", contract.NEWS), Document("b", "")]
    codec.write_predictions(path, [Prediction("a", Annotation(()))], texts)
    return path


# They answer what they have read, so that nothing can be asked of their answers.
READERS: dict[str, Callable[[Path], Runner]] = {
    "frequent": lambda _: Frequent(GoldStandard()),
    "majority": lambda _: Majority(GoldStandard()),
    "replay": lambda folder: Replay(str(answers_of(folder))),
    "ensemble of baselines": lambda _: Ensemble([Frequent(GoldStandard()), Majority(GoldStandard())], 0.5),
}


@pytest.mark.parametrize("name", READERS)
def test_runners_that_read_answers_answer_the_whole_interface(name: str, tmp_path: Path) -> None:
    made = READERS[name](tmp_path)
    made.load()
    contract.the_whole_interface_is_answered(made)


def test_every_runner_of_the_package_is_held_to_the_contract(tmp_path: Path) -> None:
    for module in pkgutil.walk_packages(runners.__path__, "harness.runners."):
        importlib.import_module(module.name)
    made = [make(tmp_path) for make in (*RUNNERS.values(), *READERS.values())]
    known = {type(one) for one in made}
    every = subclasses(Runner)  # type: ignore[type-abstract]
    own = {kind for kind in every if kind.__module__.startswith("harness.runners.")}
    assert known == {kind for kind in own if not inspect.isabstract(kind)}


def subclasses(kind: type[Runner]) -> Iterator[type[Runner]]:
    for child in kind.__subclasses__():
        if child.__module__.startswith("harness."):
            yield from (child, *subclasses(child))


def test_an_ensemble_answers_for_its_members_in_all_of_the_interface() -> None:
    members = {name for name in vars(Runner) if not name.startswith("_")}
    # The labels are the gold's own: members with others are refused.
    assert members - vars(Ensemble).keys() == {"labels"}


@pytest.mark.parametrize("name", LINE_BY_LINE)
def test_windows_change_nothing_for_a_runner_without_context(name: str, tmp_path: Path) -> None:
    made = LINE_BY_LINE[name](tmp_path)
    made.load()
    contract.place_changes_nothing(made)


@dataclass
class Broken(Runner):
    """A runner that answers with one function of a document, or of how many documents came before it."""

    annotate: Callable[[Document, int], tuple[Entity, ...]]
    name: str = "broken"
    seen: int = 0
    remarks: Sequence[str] = ()

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        return predict_each(documents, self._annotate)

    def _annotate(self, document: Document) -> Annotation:
        self.seen += 1
        return Annotation(self.annotate(document, self.seen))


BROKEN: dict[Check, Callable[[Document, int], tuple[Entity, ...]]] = {
    contract.offsets_are_whole_letters_of_the_raw_text: lambda document, _: (
        (Entity(0, 3, "GPE"),) if len(document.text) > 2 else ()
    ),
    contract.mentions_are_letters_between_visible_edges: lambda document, _: (
        (Entity(0, 1, "GPE"),) if document.text[:1] == "\u200f" else ()
    ),
    contract.something_is_found_in_news: lambda document, _: (),
    contract.labels_and_scores_are_the_tag_sets: lambda document, _: (Entity(0, 1, "B-GPE"),) if document.text else (),
    contract.twice_is_the_same: lambda document, seen: (Entity(0, 1, "GPE", 1 / seen),) if document.text else (),
    contract.company_changes_nothing: lambda document, seen: (Entity(0, 1, "GPE", 1 / seen),) if document.text else (),
    contract.name_and_meta_change_nothing: lambda document, _: (Entity(0, 1, "GPE"),) if document.meta else (),
    contract.place_changes_nothing: lambda document, _: tuple(
        Entity(at, at + 1, "GPE") for at in range(0, len(document.text), 50)
    ),
    contract.empty_text_has_nothing: lambda document, _: (Entity(0, 1, "GPE"),),
    contract.long_text_is_read_to_its_end: lambda document, _: (Entity(0, 5, "GPE"),),
    contract.composed_and_decomposed_letters_both_work: lambda document, _: (Entity(0, 1, "GPE"),),
}


def test_a_remark_in_the_place_of_a_list_of_remarks_is_found_out() -> None:
    with pytest.raises(AssertionError):
        contract.the_whole_interface_is_answered(Broken(lambda *_: (), remarks="cut"))
    contract.the_whole_interface_is_answered(Broken(lambda *_: (), remarks=["cut"]))


@pytest.mark.parametrize("check", BROKEN, ids=lambda check: check.__name__)
def test_every_check_finds_a_runner_that_breaks_it(check: Check) -> None:
    with pytest.raises(AssertionError):
        check(Broken(BROKEN[check]))
