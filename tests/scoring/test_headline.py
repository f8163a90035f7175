from pathlib import Path

import pytest
from omegaconf import OmegaConf

from harness.cli.parts import build
from harness.data.files import resource
from harness.scoring.corpus import Corpus
from harness.scoring.headline import is_headline, is_shown, is_summary
from harness.scoring.table import Scorer
from tests.samples import EXAMPLES


@pytest.mark.parametrize("path", sorted((resource("conf") / "scorer").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_scorer_has_something_to_show_and_a_headline(path: Path) -> None:
    scorer = build(OmegaConf.create({path.stem: OmegaConf.load(path)}), path.stem, ["harness"])
    gold = [example.gold for example in EXAMPLES]
    corpus = Corpus([example.document for example in EXAMPLES], gold, gold)
    measures = _measures(scorer, corpus)
    assert any(map(is_shown, measures))
    headlines = [measure for measure in measures if is_headline(measure, measures)]
    assert 1 <= len(headlines) <= 2
    assert all(map(is_shown, headlines))


def _measures(scorer: Scorer, corpus: Corpus) -> list[str]:
    totals = scorer.counts(corpus).totals
    return list(scorer.scores(totals, totals))


@pytest.mark.parametrize("measure", ["GPE/f1", "GPE/recall", "CFS/precision", "depth_2/f1"])
def test_single_labels_are_not_shown(measure: str) -> None:
    assert not is_shown(measure)
    assert not is_headline(measure, [measure])


@pytest.mark.parametrize(
    "measure", ["micro/f1", "content_soft/f1", "relation/f1", "micro/partial_f1", "micro/f1_auc", "all/f1"]
)
def test_headlines_are_one_or_two_a_scorer(measure: str) -> None:
    assert is_headline(measure, [measure])
    assert is_shown(measure)


@pytest.mark.parametrize(
    "measure",
    [
        "content/f1",
        "cue/f1",
        "quote/accuracy",
        "micro/recall",
        "micro/accuracy",
        "macro10/f1",
        "speaker/recall",
        "edges/f1",
    ],
)
def test_what_is_only_shown_hangs_no_decision(measure: str) -> None:
    assert is_shown(measure)
    assert not is_headline(measure, [measure])


def test_macro_stands_for_a_scorer_without_micro_f1() -> None:
    # Accuracy rewards the constant answer, so it stands for nothing.
    assert is_headline("macro/f1", ["macro/f1", "micro/accuracy", "CFS/f1"])
    assert not is_headline("macro/f1", ["micro/f1", "macro/f1"])


def test_types_and_classes_sum_nothing_up() -> None:
    labels = ("micro", "macro", "macro10", "content", "relation", "all", "GPE", "CFS", "depth_1", "speaker")
    assert [label for label in labels if not is_summary(label)] == ["GPE", "CFS", "depth_1", "speaker"]
