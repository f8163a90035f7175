"""The runner with tiny models: loading, hand-computed answers, windows, batches, scores."""

import hashlib
import shutil
from math import exp, log
from pathlib import Path
from typing import Any

import pytest

from harness.arabic.normalize import Normalizer
from harness.data.bio import Scheme
from harness.data.types import Annotation, Document, Entity, InputError
from harness.runners.transformer.card import Card
from harness.runners.transformer.runner import Transformer
from tests.runners.contract import NEWS, alike, answers
from tests.runners.transformer.tiny import TAGS, build, build_roberta, table

torch = pytest.importorskip("torch", reason="the transformer runner needs the extra torch")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(build(tmp_path_factory.mktemp("model")))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(build(tmp_path_factory.mktemp("alone"), positions=512, alone=True))


def runner(model: str, **fields: Any) -> Transformer:
    made = Transformer(model, **{"overlap": 4} | fields)
    made.load()
    return made


def test_the_runner_makes_mentions_of_answers(folder: str) -> None:
    made = Transformer(folder, overlap=4)
    network = table(folder, {"في": (0, log(3), 0), "إن": (0, 0, log(8))})
    made.__dict__["_network"] = network
    # 3/5 and 8/10; the second "إن" continues nothing, on a line of its own, and is read as a mention.
    (found,) = answers(made, ["في إن.\nإن"])
    alike(found, Annotation((Entity(0, 5, "GPE", (0.6 + 0.8) / 2), Entity(7, 9, "GPE", 0.8))))
    # The first says that a network that knows two words answers all others alike.
    assert made.remarks[1:] == [
        "transformer: found 1 ill-formed tags under IOB2 (1 nothing to continue); read as conlleval reads them"
    ]


def test_logits_that_are_no_numbers_fail_the_document_only(folder: str) -> None:
    made = Transformer(folder, overlap=4)
    made.__dict__["_network"] = table(folder, {"في": (0, float("nan"), 0), "إن": (0, 1, 0)})
    bad, good = made.predict([Document("a", "في"), Document("b", "إن")])
    assert bad.error is not None
    assert "not finite" in bad.error
    assert good.error is None
    assert good.annotation.entities


def test_with_each_a_mention_may_begin_inside_a_word_and_has_the_offsets_of_the_raw_text(folder: str) -> None:
    raw = "في وَالقـــاهِرَةُ."
    made = Transformer(folder, tokens="each", normalise=Normalizer(ta_marbuta=False))
    # والقاهرة is read as و ##ا ##ل ##ق ##اهرة; 3/5 and three times 8/10.
    inside = (0, 0, log(8))
    made.__dict__["_network"] = table(folder, {"##ا": (0, log(3), 0), "##ل": inside, "##ق": inside, "##اهرة": inside})
    (found,) = answers(made, [raw])
    start = raw.index("ال")
    alike(found, Annotation((Entity(start, len(raw) - 1, "GPE", (0.6 + 3 * 0.8) / 4),)))
    assert raw[start : len(raw) - 1] == "القـــاهِرَةُ"


TOKENS = ("و", "##ا", "##ل", "##ق", "##اهرة")


@pytest.mark.parametrize(
    ("scheme", "tags", "restarted", "dropped", "problem"),
    [
        ("IO", "O I-GPE I-GPE O I-GPE", "ال اهرة", "ال اهرة", None),
        # B- parts neighbours; behind another type or O it is needless.
        ("IOB1", "I-GPE B-GPE I-GPE O B-GPE", "و ال اهرة", "و ال", "1 B- where nothing of its type stands before"),
        ("IOB2", "O I-GPE I-GPE B-GPE I-GPE", "ال قاهرة", "قاهرة", "1 nothing to continue"),
        ("BIOES", "S-GPE B-GPE E-GPE B-GPE O", "و ال ق", "و ال", "1 never closed"),
    ],
)
def test_the_tags_of_tokens_are_repaired_and_counted_as_those_of_words_are(
    folder: str, scheme: Scheme, tags: str, restarted: str, dropped: str, problem: str | None
) -> None:
    outputs = sorted({"O", *tags.split()})
    rows = {token: [4.0 * (tag == one) for one in outputs] for token, tag in zip(TOKENS, tags.split(), strict=True)}
    for repair, wanted in (("restart", restarted), ("drop", dropped)):
        made = Transformer(folder, tokens="each", scheme=scheme, repair=repair)  # type: ignore[arg-type]
        made.__dict__["_network"] = table(folder, rows, outputs=outputs, scheme=scheme)
        (found,) = answers(made, ["والقاهرة"])
        assert ["والقاهرة"[entity.start : entity.end] for entity in found.entities or ()] == wanted.split()
        assert [problem in remark for remark in made.remarks if problem] == [True] * bool(problem)


def test_segmented_words_give_mentions_behind_their_proclitics(folder: str) -> None:
    made = Transformer(folder, segment="clitics")
    made.__dict__["_network"] = table(folder, {"و": (4, 0, 0), "ب": (4, 0, 0), "الق": (0, 4, 0), "##اهرة": (4, 0, 0)})
    (found,) = answers(made, ["في وبالقاهرة وبِالقاهِرَةِ"])
    #                          0123456789
    assert [entity[:3] for entity in found.entities or ()] == [(5, 12, "GPE"), (16, 26, "GPE")]


def test_what_a_run_was_made_of_is_told(folder: str) -> None:
    card = Card("apache-2.0", "ANERcorp", ["anercorp"], "model card")
    made = runner(folder, card=card)
    told = made.provenance
    assert made.not_for == ["anercorp"]
    assert (told["model"], told["revision"]) == (folder, None)
    assert told["card"] == {
        "licence": "apache-2.0", "training_data": "ANERcorp", "not_for": ["anercorp"], "source": "model card"
    }  # fmt: skip
    tags = "[" + ", ".join(f'"{tag}"' for tag in TAGS) + "]"
    assert told["id2label_sha256"] == hashlib.sha256(tags.encode()).hexdigest()
    assert told["files_sha256"] == {
        name: hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()
        for name in ("model.safetensors", "tokenizer.json")
    }
    assert runner(folder).not_for == ()
    assert runner(folder).provenance["card"] is None


def test_another_order_of_labels_is_another_model(folder: str, tmp_path: Path) -> None:
    other = runner(str(build(tmp_path, (*TAGS[:5], *TAGS[:4:-1]))))
    assert other.provenance["id2label_sha256"] != runner(folder).provenance["id2label_sha256"]


@pytest.mark.parametrize("strategy", ["first", "majority", "max", "each"])
def test_windows_change_nothing_for_a_model_without_context(alone: str, strategy: Any) -> None:
    text = NEWS * 4
    (whole,) = answers(runner(alone, tokens=strategy), [text])
    assert whole.entities
    for window, overlap in ((10, 0), (10, 4), (18, 8), (33, 1), (64, 31)):
        (found,) = answers(runner(alone, tokens=strategy, window=window, overlap=overlap), [text])
        alike(found, whole)


def test_context_does_change_answers_of_the_other_model(folder: str) -> None:
    # Else the test above would hold of any windows whatever.
    text = NEWS * 4
    assert answers(runner(folder, window=10), [text]) != answers(runner(folder, window=64), [text])


@pytest.mark.parametrize("budget", [1, 50, 1000])
def test_batches_change_nothing(folder: str, budget: int) -> None:
    texts = [NEWS, "موسكو", NEWS * 3, "", "قال وزير الخارجية"]
    wanted = answers(runner(folder), texts)
    for found, one in zip(answers(runner(folder, token_budget=budget), texts), wanted, strict=True):
        alike(found, one)


def test_a_word_longer_than_a_window_is_cut_and_said(alone: str) -> None:
    made = runner(alone, window=10)
    # Parted inside at every dot: one word of 41 tokens, of which 8 are read.
    answers(made, ["موسكو " + ".".join("ابتثجحخدذرزسشصضطظعغفق") + " موسكو"])
    assert made.remarks[-1] == (
        "transformer: found 1 words of more tokens than a window has; only the first 8 of each were read"
    )
    answers(made, ["موسكو"])
    assert not any("window" in remark for remark in made.remarks)


def test_scores_fall_with_the_temperature(folder: str) -> None:
    cool, hot = (answers(runner(folder, temperature=value), [NEWS])[0].entities or () for value in (0.5, 5.0))
    assert [entity[:3] for entity in cool] == [entity[:3] for entity in hot]
    for sure, unsure in zip(cool, hot, strict=True):
        assert 0 <= (unsure.score or 0) < (sure.score or 0) <= 1
        assert (unsure.score or 0) > 1 / len(TAGS) * exp(-1)


def test_half_precision_runs(folder: str) -> None:
    assert answers(runner(folder, dtype="bfloat16"), [NEWS])[0].entities


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"revision": "a" * 40}, "revision: found"),
        ({"labels": "conll4"}, "labels: found the labels GPE, PERS in the model, wanted those of conll4"),
        ({"scheme": "IO"}, "scheme: found the tags B-PERS, B-GPE, B-ORG, wanted tags of IO"),
        ({"window": 65}, "window: found 65, wanted at most the 64 tokens"),
        ({"overlap": 32}, "window: found 64 with an overlap of 32"),
        ({"window": 2, "overlap": 0}, "window: found 2 with an overlap of 0"),
        ({"window": 0}, "window: found 0"),
        ({"temperature": 0.0}, "temperature: found 0"),
        ({"overlap": -1}, "overlap: found -1"),
        ({"token_budget": 0}, "token_budget: found 0"),
    ],
)
def test_what_does_not_fit_is_said(folder: str, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        runner(folder, **fields)


def test_unknown_labels_are_listed(tmp_path: Path) -> None:
    model = str(build(tmp_path, ("O", "B-CITY", "I-CITY", "B-LOC", "B-SHIP")))
    with pytest.raises(InputError, match="found the labels CITY, SHIP in the model, wanted those of anercorp"):
        Transformer(model, labels="anercorp", overlap=4).load()
    # Without a map labels are types, and an evaluation holds them against what its gold annotates.
    Transformer(model, overlap=4).load()


def test_an_id_of_the_hub_needs_its_commit() -> None:
    for revision in (None, "main"):
        with pytest.raises(InputError, match=r"model: found 'owner/name', no folder, with the revision"):
            Transformer("owner/name", revision).load()


def test_weights_outside_safetensors_are_refused(folder: str, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "pickled")
    (tmp_path / "pickled" / "model.safetensors").unlink()
    torch.save({}, tmp_path / "pickled" / "pytorch_model.bin")
    with pytest.raises(InputError, match="wanted a token classifier in safetensors"):
        Transformer(str(tmp_path / "pickled")).load()


def test_a_model_without_a_trained_head_is_refused(folder: str, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    shutil.copytree(folder, tmp_path / "bare")
    weights = load_file(tmp_path / "bare" / "model.safetensors")
    kept = {name: value for name, value in weights.items() if not name.startswith("classifier")}
    save_file(kept, tmp_path / "bare" / "model.safetensors", {"format": "pt"})
    with pytest.raises(InputError, match=r"found no weights for classifier.bias, classifier.weight"):
        Transformer(str(tmp_path / "bare")).load()


def test_damaged_files_are_said_to_be_so(folder: str, tmp_path: Path) -> None:
    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        shutil.copytree(folder, tmp_path / name)
        (tmp_path / name / name).write_text("{")
        with pytest.raises(InputError, match="wanted a token classifier in safetensors"):
            Transformer(str(tmp_path / name)).load()


def test_a_byte_level_tokenizer_reads_words_as_words(tmp_path: Path) -> None:
    made = runner(str(build_roberta(tmp_path)))
    name = made._network.tokenizer.id_to_token
    # The byte-level alphabet writes the space in front of a word as this letter.
    assert all(name(word[0].id).startswith("Ġ") for word in made._network.encode(["موسكو", "قال", "the"]))
    # Of 66 positions two stand before the first token.
    assert made._network.limit == 64
    assert answers(made, [NEWS * 3])


def test_a_head_of_a_model_that_has_one_is_refused(folder: str) -> None:
    with pytest.raises(InputError, match="head: found 'anercorp' with a model that has one head, wanted gold"):
        Transformer(folder, head="anercorp").load()
