"""Each kind of fault, planted alone in a gold that has none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.curate.validate import RULES, validate
from harness.data.types import InputError

Record = dict[str, Any]

TEXT = 'قال الوزير سامي: "سافر كُمَيل إلى بيروت (عاصمة لبنان)". وقال لروسيا إنه عاد.\n'


def span(words: str, text: str = TEXT) -> Record:
    start = text.index(words)
    return {"start": start, "end": start + len(words), "text": words}


def mention(words: str, kind: str = "PERS") -> Record:
    return span(words) | {"type": kind}


def sound() -> Record:
    first = TEXT.index("وقال") - 1
    return {
        "id": "d",
        "text": TEXT,
        "meta": {},
        "entities": [mention("الوزير", "OCC"), mention("سامي"), mention("روسيا", "GPE"), mention("لبنان", "GPE")],
        "claims": [
            {
                "content": span("سافر كُمَيل إلى بيروت (عاصمة لبنان)"),
                "cue": span(":"),
                "source": span("الوزير سامي"),
                "speaker": "سامي",
                "quote": "direct",
                "polarity": "affirms",
                "certainty": "asserted",
            }
        ],
        "sentences": [
            {"start": 0, "end": first, "label": "CFS"},
            {"start": first + 1, "end": len(TEXT) - 1, "label": "UFS"},
        ],
    }


def write(folder: Path, *records: object, text: str = TEXT) -> Path:
    (folder / "texts").mkdir(exist_ok=True)
    (folder / "texts" / "d.txt").write_bytes(text.encode())
    (folder / "speakers.json").write_text(json.dumps({"سامي": []}), encoding="utf-8")
    lines = [one if isinstance(one, str) else json.dumps(one) for one in records]
    (folder / "gold.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


def planted(change: Callable[[Record], object], folder: Path) -> list[tuple[str, str]]:
    record = sound()
    change(record)
    return [(problem.rule, problem.where) for problem in validate(write(folder, record))]


def adds(words: str, kind: str = "PERS") -> Callable[[Record], object]:
    return lambda record: record["entities"].append(mention(words, kind))


def sets(path: str, value: object) -> Callable[[Record], object]:
    def change(record: Record) -> None:
        *keys, last = [int(key) if key.isdigit() else key for key in path.split(".")]
        target: Any = record
        for key in keys:
            target = target[key]
        target[last] = value

    return change


def removes(path: str) -> Callable[[Record], object]:
    def change(record: Record) -> None:
        *keys, last = [int(key) if key.isdigit() else key for key in path.split(".")]
        target: Any = record
        for key in keys:
            target = target[key]
        del target[last]

    return change


PLANTED: list[tuple[str, str, Callable[[Record], object]]] = [
    ("F1", "text", sets("text", TEXT.replace("عاد", "أتى"))),
    ("F2", "entities[1]", sets("entities.1.end", 10_000)),
    ("F2", "entities[1]", sets("entities.1.start", True)),
    ("F2", "entities[1]", sets("entities.1.text", "سام")),
    ("F2", "sentences[0]", sets("sentences.0.start", -1)),
    ("F3", "entities[1].type", sets("entities.1.type", "NAME")),
    ("F3", "entities", removes("entities")),
    ("F3", "entities[1]", sets("entities.1", [])),
    ("F3", "entities[1]", removes("entities.1.text")),
    ("F3", "claims[0]", removes("claims.0.polarity")),
    ("F3", "claims[0].polarity", sets("claims.0.polarity", "perhaps")),
    ("F3", "claims[0].cue", sets("claims.0.cue", None)),
    ("F3", "sentences[1].label", sets("sentences.1.label", "XFS")),
    ("F3", "gold.jsonl:1", sets("extra", 1)),
    ("F3", "id", sets("id", 7)),
    ("F4", "entities[4]", adds("سامي")),
    ("F4", "claims[1]", lambda record: record["claims"].append(dict(record["claims"][0]))),
    ("F5", "entities[4]", adds('بيروت (عاصمة لبنان)". وقال', "GPE")),
    ("F6", "entities[5]", lambda record: record["entities"].extend([mention("الوزير سامي"), mention('سامي: "سافر')])),
    ("F7", "claims[0].speaker", sets("claims.0.speaker", "الوزير")),
    ("B1", "entities[4]", adds("لروسيا", "GPE")),
    ("B1", "claims[0].content", sets("claims.0.content", span("وقال"))),
    ("B3", "entities[4]", adds("روسي", "NORP")),
    ("B3", "entities[4]", adds("امي")),
    ("B4", "entities[4]", adds("عاصمة لبنان)", "GPE")),
    ("B4", "entities[4]", adds("الوزير ", "OCC")),
    ("B4", "entities[4]", adds(":")),
    ("B4", "claims[0].source", sets("claims.0.source", span(":"))),
    ("B6", "entities[4]", adds("كُمَيل"[:1])),
    ("C1", "claims[0].speaker", sets("claims.0.speaker", None)),
    ("S1", "sentences[0]", sets("sentences.0.end", 9)),
    ("S1", "sentences", removes("sentences.1")),
    ("S1", "sentences[2]", lambda record: record["sentences"].append({**record["sentences"][0], "label": "NFS"})),
]  # fmt: skip


def test_the_sound_gold_has_no_problem(tmp_path: Path) -> None:
    assert validate(write(tmp_path, sound())) == []


@pytest.mark.parametrize(("rule", "where", "change"), PLANTED)
def test_a_planted_fault_is_found_with_its_rule(
    tmp_path: Path, rule: str, where: str, change: Callable[[Record], object]
) -> None:
    found = planted(change, tmp_path)
    assert any(one == rule and place.endswith(where) for one, place in found), found


def test_every_rule_that_is_checked_is_planted() -> None:
    assert {rule for rule, _, _ in PLANTED} == set(RULES)


def test_text_that_is_not_nfc_is_found(tmp_path: Path) -> None:
    # Alef and a hamza above, which NFC composes to أ.
    text = TEXT.replace("إلى", "ا\u0654لى")
    record = sound() | {"text": text, "entities": [], "claims": []}
    assert "F1" in {problem.rule for problem in validate(write(tmp_path, record, text=text))}


def test_a_withdrawn_text_is_no_problem(tmp_path: Path) -> None:
    folder = write(tmp_path, sound())
    (folder / "texts" / "d.txt").unlink()
    assert validate(folder) == []


def test_every_problem_is_listed(tmp_path: Path) -> None:
    record = sound()
    for _, _, change in (PLANTED[5], PLANTED[10], PLANTED[12], PLANTED[19]):
        change(record)
    found = validate(write(tmp_path, "{", record, record, "[]"))
    assert [str(problem).split()[0] for problem in found[:1]] == ["gold.jsonl:1:"]
    assert {problem.where.split(":")[1] for problem in found} == {"1", "2", "3", "4"}
    # Document 2 has the four faults, document 3 has them too and repeats an id.
    assert len(found) == 1 + 4 + 5 + 1, found
    assert all("\n" not in str(problem) for problem in found)


def test_an_abbreviation_keeps_its_stop_and_a_bracket_its_partner(tmp_path: Path) -> None:
    text = "عاش في 1700 ق.م. (عصر البرونز) هنا.\n"
    dates = [span("1700 ق.م.", text) | {"type": "DATE"}, span("1700 ق.م. (عصر البرونز)", text) | {"type": "DATE"}]
    whole = [{"start": 0, "end": len(text) - 1, "label": "UFS"}]
    record = sound() | {"text": text, "entities": dates, "claims": [], "sentences": whole}
    assert validate(write(tmp_path, record, text=text)) == []


def test_files_that_cannot_be_read_are_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"speakers\.json"):
        validate(tmp_path)
    with pytest.raises(InputError, match="no document"):
        validate(write(tmp_path))


def test_wrong_keys_are_named_beside_the_wanted_ones(tmp_path: Path) -> None:
    record = sound()
    record["entities"][1]["kind"] = record["entities"][1].pop("type")
    (problem,) = validate(write(tmp_path, record))
    assert (
        str(problem)
        == "gold.jsonl:1: entities[1]: [F3] found end, kind, start, text, wanted exactly start, end, text, type"
    )
