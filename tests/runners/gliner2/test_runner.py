"""What GLiNER2 is asked, how long texts are read, and what becomes of its answers, on a random model."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from harness.data.schema import Description, Schema, read_schema
from harness.data.types import Annotation, Document, Entity, InputError
from harness.runners.gliner2.reader import Overlaps
from harness.runners.gliner2.runner import Gliner2
from tests.conftest import Harness
from tests.runners import contract
from tests.runners.contract import NEWS
from tests.runners.gliner2.tiny import build

LINE = NEWS.partition("\n")[0]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A model that reads 512 tokens, and answers for words by themselves."""
    return str(build(tmp_path_factory.mktemp("model"), alone=True))


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A model that reads 128 tokens, and answers in the light of all."""
    return str(build(tmp_path_factory.mktemp("model"), positions=128))


def read(runner: Gliner2, text: str) -> Annotation:
    """What `runner`, now loaded, answers for `text`."""
    runner.load()
    (prediction,) = runner.predict([Document("a", text)])
    assert prediction.error is None
    return prediction.annotation


def entities(runner: Gliner2, text: str) -> tuple[Entity, ...]:
    found = read(runner, text).entities
    assert found is not None
    return found


def asked(runner: Gliner2) -> Mapping[str, str]:
    runner.load()
    told = runner.provenance["asked"]
    assert isinstance(told, dict)
    return told


DISEASES = Schema(
    "diseases",
    types=("مرض", "دواء"),
    layers=("entities",),
    descriptions={("types", "مرض"): Description("a disease", "علة")},
)


def test_it_is_asked_for_the_types_of_a_schema_with_their_descriptions(model: str) -> None:
    gold = read_schema("gold")
    assert asked(Gliner2(model)) == {kind: gold.describe("types", kind).en for kind in gold.types}
    assert asked(Gliner2(model, descriptions="ar"))["GPE"] == gold.describe("types", "GPE").ar
    assert asked(Gliner2(model, descriptions=None)) == dict.fromkeys(gold.types, "")
    told = Gliner2(model).asking_for(DISEASES)
    assert isinstance(told, Gliner2)
    assert asked(told) == {"مرض": "a disease", "دواء": ""}
    assert told.annotation_schema == DISEASES
    assert {entity.type for entity in entities(told, NEWS)} <= {"مرض", "دواء"}


def test_what_it_is_asked_changes_what_it_answers(short: str) -> None:
    scores = {
        descriptions: [
            entity.score
            for entity in entities(
                Gliner2(short, descriptions=descriptions, annotates=DISEASES, threshold=0, overlaps="allow"), LINE
            )
        ]
        for descriptions in ("en", None)
    }
    assert len(scores["en"]) == len(scores[None]) > 0
    assert scores["en"] != scores[None]


def test_what_it_was_told_to_ask_for_stays(model: str, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("{name: own, version: 1, layers: [entities], types: [PERS]}", encoding="utf-8")
    told = Gliner2(model, annotates=str(own))
    assert told.asking_for(DISEASES) is told
    assert asked(told) == {"PERS": ""}
    mapped = Gliner2(model, labels="gliner")
    assert mapped.asking_for(DISEASES) is mapped
    assert mapped.annotation_schema is None
    assert list(asked(mapped))[:3] == ["person", "job title", "organization"]
    assert {"person", "city"} <= {entity.type for entity in entities(mapped, NEWS)}


def test_there_has_to_be_one_thing_to_ask_for(model: str) -> None:
    with pytest.raises(InputError, match="annotates: found a schema with the labels gliner, wanted one of the two"):
        Gliner2(model, labels="gliner", annotates="gold")
    runner = Gliner2(model).asking_for(Schema("sentences", layers=("sentences",)))
    with pytest.raises(InputError, match=re.escape("annotates: found sentences@1 without entity types, wanted")):
        runner.load()


def test_models_of_the_other_architecture_keep_the_contract_too(tmp_path: Path) -> None:
    runner = Gliner2(str(build(tmp_path, boundary=True)), labels="gliner", threshold=0.6, overlaps="allow")
    runner.load()
    assert runner.provenance["architecture"] == "boundary"
    # In several windows, and with others: its head takes minutes for the long text of the contract.
    assert len(entities(runner, "\n".join([NEWS] * 20))) > 20
    for check in contract.CHECKS:
        if check is not contract.long_text_is_read_to_its_end:
            check(runner)


@pytest.mark.parametrize("overlaps", ["flat", "nested", "longest", "allow"])
def test_a_text_that_fits_is_answered_as_by_the_package_itself(short: str, overlaps: Overlaps) -> None:
    from gliner2 import AutoExtractor, Schema

    package: Any = AutoExtractor.from_pretrained(short)
    schema: Any = Schema
    types: dict[str, str | dict[str, Any]] = {kind: {} for kind in read_schema("gold").types}
    (answer,) = package.batch_extract(
        [LINE], schema().entities(types), threshold=0.7, include_confidence=True, include_spans=True,
        overlap_policy=overlaps,
    )  # fmt: skip
    wanted = {
        (span["start"], span["end"], kind)
        for kind, spans in answer["entities"].items()
        for span in spans
        if any(map(str.isalnum, span["text"]))
    }
    assert len(wanted) > 20
    runner = Gliner2(short, descriptions=None, threshold=0.7, overlaps=overlaps, clitics=False)
    assert {entity[:3] for entity in entities(runner, LINE)} == wanted


def test_the_full_stop_that_the_package_adds_is_never_seen(model: str) -> None:
    from gliner2 import AutoExtractor

    text = "وصل إلى موسكو"
    package: Any = AutoExtractor.from_pretrained(model)
    answer = package.extract_entities(text, ["GPE"], threshold=0.0, include_spans=True, overlap_policy="allow")
    assert {"start": 13, "end": 14, "text": "."} in answer["entities"]["GPE"]
    annotation = read(Gliner2(model, descriptions=None, threshold=0, overlaps="allow"), text)
    assert annotation.unplaced == ()
    assert annotation.entities is not None
    assert max(entity.end for entity in annotation.entities) == len(text)
    assert sum(entity[:3] == (8, 13, "GPE") for entity in annotation.entities) == 1


def test_signs_that_are_answered_count_as_wrong(model: str) -> None:
    runner = Gliner2(model, descriptions=None, threshold=0, overlaps="allow", annotates=DISEASES)
    annotation = read(runner, "قال: موسكو.")
    assert {(item.quote, item.at) for item in annotation.unplaced} == {(":", 3), (".", 10)}
    assert runner.figures == {"unaligned": 4.0}
    assert runner.remarks == ["gliner2: found 4 answers without a letter or a digit; counted as wrong"]
    read(runner, "قال موسكو")
    assert runner.figures == {"unaligned": 0.0}
    assert runner.remarks == []


def test_vocalised_words_are_whole(model: str) -> None:
    text = "قالَ مُحَمَّدٌ لِلصَّحَفِيِّينَ"
    found = entities(Gliner2(model, descriptions=None, threshold=0, overlaps="allow", clitics=False), text)
    edges = {0, 4, 5, 14, 15, len(text)}
    assert {entity.start for entity in found} | {entity.end for entity in found} == edges


def test_a_long_text_is_read_in_windows_and_nothing_is_said_twice(short: str) -> None:
    text = "\n".join([LINE] * 30)
    runner = Gliner2(short, descriptions=None, threshold=0.7, window=24, overlap=8)
    found = entities(runner, text)
    assert any(entity.start > len(text) - len(LINE) for entity in found)
    assert runner.remarks[-1] == (
        "gliner2: found 1 documents of more words than a window; read in windows of at most 24 that share up to 8"
    )
    for kind in {entity.type for entity in found}:
        alike = [entity for entity in found if entity.type == kind]
        assert all(first.end <= second.start for first, second in pairwise(alike)), "flat"


def test_windows_are_held_to_the_tokens_that_the_encoder_has_beside_what_is_asked(short: str, tmp_path: Path) -> None:
    # 128 tokens, of which 44 are the types: more words than that are one window of 384, and would be refused by torch.
    runner = Gliner2(short, descriptions=None, threshold=0.7)
    assert entities(runner, "\n".join([LINE] * 8))
    assert runner.remarks[-1].startswith("gliner2: found 1 documents of more words than a window")
    with pytest.raises(
        InputError, match=r"model: found 18 labels, which with their descriptions are .* tokens, wanted"
    ):
        Gliner2(short).load()
    # An encoder that counts distances, as those of the published models do, reads texts of any length.
    distances = Gliner2(str(build(tmp_path, positions=64, distances=True)), threshold=0.6)
    assert entities(distances, "\n".join([LINE] * 8))
    assert not [said for said in distances.remarks if "windows" in said]


def test_a_word_of_more_tokens_than_a_window_is_read_in_part(short: str) -> None:
    runner = Gliner2(short, descriptions=None, threshold=0, overlaps="allow", annotates=DISEASES)
    text = "قال https://" + "ab.cd/" * 100 + " في موسكو"
    found = entities(runner, text)
    assert (len(text) - 5, len(text), "مرض") in {entity[:3] for entity in found}
    assert "found 1 words of more tokens than a window has; only the beginning of each was read" in runner.remarks[-1]


def test_a_text_is_respelled_before_it_is_read(model: str) -> None:
    plain, typed = "قال بوتين في موسكو", "قالَ بـــوتين في \u200fموسكو"
    runner = Gliner2(model, descriptions=None, threshold=0.5, overlaps="allow", normalise="plain")
    texts = {
        text: [(text[entity.start : entity.end], entity.type, entity.score) for entity in entities(runner, text)]
        for text in (plain, typed)
    }
    assert len(texts[plain]) > 10
    read_alike = {"قالَ": "قال", "بـــوتين": "بوتين", "\u200fموسكو": "موسكو"}
    as_plain = []
    for text, kind, score in texts[typed]:
        for odd, usual in read_alike.items():
            text = text.replace(odd, usual)
        as_plain.append((text, kind, score))
    assert [found[:2] for found in as_plain] == [found[:2] for found in texts[plain]]
    assert [found[2] for found in as_plain] == pytest.approx([found[2] for found in texts[plain]])


def test_mentions_begin_behind_proclitics_unless_told_otherwise(model: str) -> None:
    text = "قال ولروسيا"
    for clitics, start in ((True, 6), (False, 4)):
        runner = Gliner2(model, descriptions=None, threshold=0, overlaps="allow", annotates=DISEASES, clitics=clitics)
        assert {entity.start for entity in entities(runner, text) if entity.end == len(text)} == {0, start}


def test_weights_are_read_from_safetensors_only(model: str, tmp_path: Path) -> None:
    shutil.copytree(model, tmp_path / "model")
    (tmp_path / "model" / "model.safetensors").rename(tmp_path / "model" / "pytorch_model.bin")
    with pytest.raises(InputError, match=r"found no model\.safetensors, wanted a model of gliner2"):
        Gliner2(str(tmp_path / "model")).load()


@pytest.mark.parametrize("file", ["config.json", "encoder_config/config.json", "tokenizer_config.json"])
def test_code_of_a_model_is_not_run(model: str, tmp_path: Path, file: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model, folder)
    settings = json.loads((folder / file).read_text(encoding="utf-8"))
    settings["auto_map"] = dict.fromkeys(("AutoModel", "AutoConfig", "AutoTokenizer"), "evil.Evil")
    (folder / file).write_text(json.dumps(settings), encoding="utf-8")
    for place in (folder, folder / "encoder_config"):
        (place / "evil.py").write_text("raise SystemExit(99)", encoding="utf-8")
    with pytest.raises(InputError, match="found auto_map, wanted a model without code of its own, which is not run"):
        Gliner2(str(folder)).load()


def test_a_model_that_is_not_whole_is_said(model: str, tmp_path: Path) -> None:
    shutil.copytree(model, tmp_path / "model")
    (tmp_path / "model" / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(InputError, match=r"model: found .*safetensors.*, wanted a model of gliner2"):
        Gliner2(str(tmp_path / "model")).load()
    with pytest.raises(InputError, match="wanted a folder, or an id with the 40 digits of its commit"):
        Gliner2("fastino/none").load()
    with pytest.raises(InputError, match=r"fastino/none: found .*, wanted a model of gliner2 on the hub"):
        Gliner2("fastino/none", revision="0" * 40).load()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"threshold": 1.5}, "threshold: found 1.5, wanted a number from 0 to 1"),
        ({"window": 0}, "window: found 0, wanted a whole number from 1"),
        ({"window": 10, "overlap": 6}, "overlap: found 6, wanted a whole number from 0 to half the window"),
    ],
)
def test_fields_that_do_not_fit_are_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        Gliner2("x", **fields)


def test_it_is_evaluated_by_the_program(harness: Harness, model: str, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "{name: own, version: 1, layers: [entities], types: {person: a human, place: null}}", encoding="utf-8"
    )
    gold = tmp_path / "gold.jsonl"
    line = {"id": "a", "text": LINE, "entities": [{"start": 41, "end": 46, "text": LINE[41:46], "type": "place"}]}
    gold.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    done = harness(
        "evaluate", "dataset=jsonl", f"dataset.path={gold}", f"dataset.schema={own}", "runner=gliner2",
        f"runner.model={model}", "runner.threshold=0", "runner.overlaps=allow", "tracker=none",
        "bootstrap.resamples=50", "hydra.run.dir=out",
    )  # fmt: skip
    assert done.code == 0, done.err
    provenance = json.loads((tmp_path / "out" / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["runner"]["asked"] == {"person": "a human", "place": ""}
    scores = json.loads((tmp_path / "out" / "scores.json").read_text(encoding="utf-8"))
    assert scores["figures"]["unaligned"] == scores["unplaced"]["entities"]["unplaced"] > 0
    (said,) = (tmp_path / "out" / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    assert {entity["type"] for entity in json.loads(said)["entities"]} == {"person", "place"}


def test_the_package_is_imported_when_a_model_is_loaded() -> None:
    code = "import sys, harness.runners.gliner2.runner; sys.exit(bool({'gliner2', 'torch'} & {*sys.modules}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
