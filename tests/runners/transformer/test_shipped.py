"""The model that ships: both forms of it are small, hold no code, and say the same."""

from pathlib import Path

import pytest

from harness.arabic.normalize import Normalizer
from harness.data.files import read_json
from harness.data.types import Document, Example, InputError
from harness.datasets.gold import GoldStandard
from harness.runners.transformer.joint.heads import read_groups
from harness.runners.transformer.opening import Engine
from harness.runners.transformer.runner import Transformer
from harness.scoring.claims import Claims
from harness.scoring.corpus import Corpus, pair
from harness.scoring.entities import EntitiesStrict

SHIPPED = Path("harness/runners/transformer/shipped")
"""A development set in JSON Lines that the model has not learned from, if whoever tests has one."""


def f1(examples: list[Example], engine: Engine) -> tuple[float, float]:
    """Micro F1 of entities, and F1 of the words of contents."""
    runner = Transformer(engine=engine)
    runner.load()
    answers = {answer.doc_id: answer for answer in runner.predict([example.document for example in examples])}
    found = []
    for scorer, layer, measure in (
        (EntitiesStrict(), "entities", "micro/f1"), (Claims(), "claims", "content_soft/f1"),
    ):  # fmt: skip
        documents, gold, predicted = zip(*pair(examples, answers, layer), strict=True)
        totals = scorer.counts(Corpus(documents, gold, predicted)).totals
        found.append(float(scorer.scores(totals, totals)[measure]))
    return found[0], found[1]


def test_both_forms_are_small_and_neither_is_a_pickle() -> None:
    sizes = {path.name: path.stat().st_size for path in SHIPPED.iterdir()}
    assert max(sizes.values()) < 40e6
    assert sizes.keys() == {
        "README.md", "config.json", "model.onnx", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
        "training.json",
    }  # fmt: skip


def test_its_outputs_are_heads_of_known_tag_sets() -> None:
    labels = read_json(SHIPPED / "config.json")["id2label"]
    heads = {group.head for group in read_groups([labels[str(number)] for number in range(len(labels))])}
    assert heads == {"gold", "anercorp", "wojood21"}
    assert Transformer().tag_set is None
    assert [Transformer(head=head).tag_set.name for head in ("anercorp", "wojood21")] == ["anercorp", "wojood21"]  # type: ignore[union-attr]
    with pytest.raises(InputError, match="head: found 'x', wanted one of the model's: anercorp, gold, wojood21"):
        Transformer(head="x", labels="anercorp").load()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("score", "min", "score: found 'min' with a joint model, wanted mean"),
        ("tokens", "each", "tokens: found 'each' with a joint model, wanted first"),
        ("segment", "clitics", "segment: found 'clitics' with a joint model, wanted null"),
    ],
)
def test_what_a_joint_model_does_in_one_way_only_is_refused_otherwise(field: str, value: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Transformer(**{field: value}).load()  # type: ignore[arg-type]


def test_texts_are_respelled_as_asked_and_by_itself_into_plain_spelling() -> None:
    text = "زَارَ الرَّئیسُ الأمریکیُّ بَـیـرُوتَ وَقَالَ إنَّ الصِّینَ بَعِیدَةٌ."
    found = {}
    for how in ("auto", "plain", Normalizer(), None):
        runner = Transformer(normalise=how)
        runner.load()
        (answer,) = runner.predict([Document("d", text)])
        found[how] = {text[start:end]: kind for start, end, kind, _ in answer.annotation.entities or ()}
    assert found["auto"] == found["plain"] != found[None]
    assert found["auto"]["بَـیـرُوتَ"] == found[Normalizer()]["بَـیـرُوتَ"] == "GPE"


def test_a_higher_temperature_makes_it_less_sure_of_the_same_mentions() -> None:
    document = Document("d", "أعلن الوزير سامي النجار في الرباط أن كندا بعيدة.")
    found = []
    for temperature in (1.0, 3.0):
        runner = Transformer(temperature=temperature)
        runner.load()
        (answer,) = runner.predict([document])
        found.append(answer.annotation.entities or ())
    sure, unsure = found
    assert [one[:3] for one in sure] == [one[:3] for one in unsure]
    assert all((one.score or 0) > (other.score or 0) for one, other in zip(sure, unsure, strict=True))


def test_both_forms_say_the_same_of_the_gold() -> None:
    pytest.importorskip("torch", reason="one of the forms is for torch")
    examples = list(GoldStandard().read())
    (graph, graph_claims), (weights, weights_claims) = f1(examples, "onnx"), f1(examples, "torch")
    # Five articles are few: one mention is a tenth of a point. On more text they are nearer, see below.
    assert abs(graph - weights) < 0.015
    assert abs(graph_claims - weights_claims) < 0.03
    # A model that came undone in the making would be far below.
    assert min(graph, weights) > 0.8
    assert min(graph_claims, weights_claims) > 0.65


def test_both_forms_are_within_half_a_point_on_newswire() -> None:
    pytest.importorskip("torch", reason="one of the forms is for torch")
    examples = list(GoldStandard("newswire-v1").read())
    (graph, _), (weights, _) = f1(examples, "onnx"), f1(examples, "torch")
    assert abs(graph - weights) < 0.005


def test_its_record_knows_what_it_has_learned_from() -> None:
    record = read_json(SHIPPED / "training.json")
    assert len(record["seen"]) == record["lessons"]
    documents = [example.document for example in GoldStandard().read()]
    assert Transformer().learned_from(documents) == []
