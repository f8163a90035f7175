from pathlib import Path

import pytest
from omegaconf import OmegaConf

from harness.files import resource
from harness.scoring.corpus import Corpus
from harness.scoring.headline import is_headline, is_shown, is_summary
from harness.scoring.table import Scorer
from harness.wire import build
from tests.samples import EXAMPLES


@pytest.mark.parametrize("path", sorted((resource("conf") / "scorer").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_scorer_has_something_to_show_and_a_headline(path: Path) -> None:
    scorer = build(OmegaConf.load(path), path.stem, ["harness"])  # type: ignore[arg-type]
    gold = [example.gold for example in EXAMPLES]
    corpus = Corpus([example.document for example in EXAMPLES], gold, gold)
    measures = _measures(scorer, corpus)  # type: ignore[arg-type]
    assert any(map(is_shown, measures))
    assert 1 <= sum(map(is_headline, measures)) <= 2
    assert all(is_shown(measure) for measure in measures if is_headline(measure))


def _measures(scorer: Scorer, corpus: Corpus) -> list[str]:
    totals = scorer.counts(corpus).totals
    return list(scorer.scores(totals, totals))


@pytest.mark.parametrize("measure", ["GPE/f1", "GPE/recall", "CFS/precision", "depth_2/f1"])
def test_single_labels_are_not_shown(measure: str) -> None:
    assert not is_shown(measure)
    assert not is_headline(measure)


@pytest.mark.parametrize(
    "measure",
    ["micro/f1", "content_soft/f1", "relation/f1", "micro/accuracy", "micro/partial_f1", "micro/f1_auc", "all/f1"],
)
def test_headlines_are_one_or_two_a_scorer(measure: str) -> None:
    assert is_headline(measure)
    assert is_shown(measure)


@pytest.mark.parametrize("measure", ["macro/f1", "content/f1", "cue/f1", "quote/accuracy", "micro/recall"])
def test_what_is_only_shown_hangs_no_decision(measure: str) -> None:
    assert is_shown(measure)
    assert not is_headline(measure)


def test_types_and_classes_sum_nothing_up() -> None:
    labels = ("micro", "macro", "content", "relation", "all", "GPE", "CFS", "depth_1", "speaker")
    assert [label for label in labels if is_summary(label)] == ["micro", "macro", "content", "relation", "all"]
