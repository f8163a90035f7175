"""The whole analysis: complete, serialisable, and empty where there is nothing to say."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.analysis.analysis import PARTS, Analysis
from harness.analysis.seen import Seen
from harness.config.parts import build
from harness.data.types import LAYERS, Annotation, Claim, Document, Entity, InputError, Span
from harness.datasets.gold import GoldStandard
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.claims import Claims
from harness.scoring.corpus import Corpus
from harness.scoring.scoring import Scoring
from tests.samples import EXAMPLES, PREDICTIONS
from tests.strategies import annotations, texts
from tests.test_conf import composed

QUICK = Bootstrap(resamples=20)
CORPUS = Corpus(
    [example.document for example in EXAMPLES],
    [example.gold for example in EXAMPLES],
    [prediction.annotation for prediction in PREDICTIONS],
)


def test_the_samples_are_analysed_as_far_as_they_go() -> None:
    found = Analysis().run(dict.fromkeys(LAYERS, CORPUS), Scoring({}, bootstrap=QUICK))
    assert found is not None
    assert list(found) == ["schema", *PARTS]
    # Without scores there is no calibration and no ranking.
    assert [name for name in PARTS if found[name] is None] == ["calibration", "ranking"]
    assert found["cascade"]["all"] == {
        "gold": 3, "lost": {"content": 0, "cue": 0, "source": 0}, "survived": 3, "exact": 3
    }  # fmt: skip
    # Each of the six documents loses its first mention.
    assert sum(found["confusion"]["missed"]) == 6


def test_claims_are_paired_as_the_scorer_does() -> None:
    text = "قال إن السفن غادرت"
    gold, predicted = Claim(Span(7, 18), Span(0, 3)), Claim(Span(7, 12), Span(0, 3))
    corpus = Corpus([Document("d", text)], [Annotation(claims=(gold,))], [Annotation(claims=(predicted,))])
    for threshold, lost in ((0.5, 0), (0.9, 1)):
        found = Analysis().run({"claims": corpus}, Scoring({"any": Claims(threshold)}, bootstrap=QUICK))
        assert found is not None
        assert found["cascade"]["all"]["lost"]["content"] == lost


def test_it_can_be_switched_off() -> None:
    assert Analysis(enabled=False).run({"entities": CORPUS}, Scoring({}, bootstrap=QUICK)) is None


def test_names_seen_in_training_are_a_slice(tmp_path: Path) -> None:
    (tmp_path / "names").write_text("كندا\n", encoding="utf-8")
    found = Analysis(seen=Seen(str(tmp_path / "names"), "list")).run({"entities": CORPUS}, Scoring({}, bootstrap=QUICK))
    assert found is not None
    assert {row["slice"]: row["gold"] for row in found["slices"] if row["group"] == "seen"} == {"seen": 3, "unseen": 12}


@pytest.mark.parametrize(("field", "value"), [("bins", 0), ("documents", -1)])
def test_impossible_options_are_refused(field: str, value: int) -> None:
    with pytest.raises(InputError, match=f"{field}: found {value}"):
        Analysis(**{field: value})  # type: ignore[arg-type]


@st.composite
def corpora(draw: st.DrawFn) -> Corpus:
    chosen = draw(st.lists(texts(max_size=12), min_size=1, max_size=2))
    gold = [draw(annotations(text, gold=True)) for text in chosen]
    predicted = [draw(annotations(text, gold=False)) for text in chosen]
    return Corpus([Document(str(number), text) for number, text in enumerate(chosen)], gold, predicted)


@given(corpora(), st.sets(st.sampled_from(LAYERS)))
@settings(max_examples=40, deadline=None)
def test_whatever_comes_is_json_and_the_same_twice(corpus: Corpus, layers: set[str]) -> None:
    found = Analysis(bins=3).run(dict.fromkeys(layers, corpus), Scoring({}, bootstrap=QUICK))
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found == Analysis(bins=3).run(dict.fromkeys(layers, corpus), Scoring({}, bootstrap=QUICK))


def test_the_gold_standard_is_analysed_quickly() -> None:
    examples = GoldStandard().read()
    predicted = [
        Annotation(
            tuple(Entity(*entity[:3], 0.5) for entity in example.gold.entities or ()),
            example.gold.claims,
            example.gold.sentences,
        )
        for example in examples
    ]
    corpus = Corpus([example.document for example in examples], [example.gold for example in examples], predicted)
    before = time.process_time()
    assert Analysis().run(dict.fromkeys(LAYERS, corpus), Scoring({})) is not None
    assert time.process_time() - before < 1.5


def test_the_configuration_says_the_defaults() -> None:
    assert build(composed("evaluate"), "analysis", ["harness"]) == Analysis()


def test_a_training_file_is_named_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"analysis\.seen: path: found no file .*nowhere"):
        build(composed("evaluate", f"analysis.seen.path={tmp_path}/nowhere"), "analysis", ["harness"])
    with pytest.raises(InputError, match=r"analysis\.bins: found 'many'"):
        build(composed("evaluate", "analysis.bins=many"), "analysis", ["harness"])
