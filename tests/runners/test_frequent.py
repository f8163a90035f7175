"""The frequent baseline, by hand and against counting by brute force."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.data.types import Annotation, Document, Entity, Example, InputError
from harness.datasets.gold import GoldStandard
from harness.runners.frequent import Frequent
from tests.runners import contract


@dataclass(frozen=True)
class Given:
    examples: Sequence[Example]
    name: str = "given"
    source: Path | None = None

    def read(self) -> Sequence[Example]:
        return self.examples

    def speakers(self) -> Mapping[str, Sequence[str]]:
        return {}


def example(number: int, *words: str) -> Example:
    """A document of words; WORD:TYPE marks one."""
    text, entities = f"نص{number}", []
    for word in words:
        written, _, kind = word.partition(":")
        if kind:
            entities.append(Entity(len(text) + 1, len(text) + 1 + len(written), kind))
        text += f" {written}"
    return Example(Document(str(number), text), Annotation(entities=tuple(entities)))


def found(runner: Frequent, document: Document) -> list[tuple[str, str]]:
    """The words and types that are found."""
    (prediction,) = runner.predict([document])
    assert prediction.error is None
    return [(document.text[start:end], kind) for start, end, kind, _ in prediction.annotation.entities or ()]


EXAMPLES = (
    example(0, "كندا:GPE", "كندا:GPE", "كندا:GPE", "قطر:GPE"),
    example(1, "قطر:GPE", "زار", "كندا", "وفد"),
    example(2, "قطر:ORG", "قطر:ORG", "عمان:GPE", "لقطر"),
    example(3, "وعمان:GPE", "وزارة الصحة:ORG", "سامي:PERS"),
    example(4, "وزارة الصحة:ORG", "الصحة", "وزارة", "سامي"),
    example(5, "وزارة الصحة:ORG", "أيّ", "وزارة", "الصحة."),
)


def test_names_are_counted_in_the_other_documents_only() -> None:
    runner = Frequent(Given(EXAMPLES))
    # كندا is marked in its own document alone.
    assert found(runner, EXAMPLES[0].document) == [("قطر", "ORG")]
    assert found(runner, EXAMPLES[1].document) == [("قطر", "ORG"), ("كندا", "GPE")]
    # Elsewhere قطر is a state, twice; عمان is marked once more only.
    assert found(runner, EXAMPLES[2].document) == [("قطر", "GPE")] * 3


def test_a_name_is_found_behind_proclitics_and_as_whole_words() -> None:
    runner = Frequent(Given(EXAMPLES))
    assert found(runner, Document("new", "وقطر ولقطر قطرة، قطر")) == [("قطر", kind) for kind in ["GPE"] * 3]
    assert found(runner, EXAMPLES[4].document) == [("وزارة الصحة", "ORG")]
    assert found(runner, EXAMPLES[5].document) == [("وزارة الصحة", "ORG")] * 2
    # Across a full stop, in other spelling.
    assert found(runner, Document("new", "وِزاره الصّحة")) == [("وِزاره الصّحة", "ORG")]


def test_the_longest_name_wins() -> None:
    twice = [example(number, "بحر:LOC", "بحر الصين:LOC", "الصين:GPE") for number in range(3)]
    text = "بحر الصين الصين بحر"
    assert found(Frequent(Given(twice)), Document("new", text)) == [
        ("بحر الصين", "LOC"),
        ("الصين", "GPE"),
        ("بحر", "LOC"),
    ]


def test_ties_at_the_last_rank_are_left_out() -> None:
    documents = Given([example(number, "كندا:GPE", "كندا:GPE", "قطر:GPE", "عمان:GPE") for number in range(2)])
    text = Document("new", "كندا قطر عمان")
    assert found(Frequent(documents, k=1), text) == found(Frequent(documents, k=2), text) == [("كندا", "GPE")]
    assert len(found(Frequent(documents, k=3), text)) == 3


def test_a_copy_of_a_document_is_no_other_document() -> None:
    copies = [example(0, "كندا:GPE", "كندا:GPE"), Example(Document("copy", example(0, "كندا", "كندا").document.text),
              example(0, "كندا:GPE", "كندا:GPE").gold)]  # fmt: skip
    assert found(Frequent(Given(copies)), copies[0].document) == []


WORDS = st.sampled_from(["كندا", "قطر", "عمان", "طوكيو", "فنلندا"])


@settings(max_examples=60)
@given(st.lists(st.lists(st.tuples(WORDS, st.sampled_from(["GPE", "ORG"])), max_size=5), max_size=5), st.integers(1, 4))
def test_names_are_those_of_counting_without_the_document(mentions: list[list[tuple[str, str]]], k: int) -> None:
    examples = [example(number, *(f"{word}:{kind}" for word, kind in one)) for number, one in enumerate(mentions)]
    runner = Frequent(Given(examples), k=k)
    for number, one in enumerate(examples):
        others = Counter(pair for other, pairs in enumerate(mentions) if other != number for pair in pairs)
        counts = Counter[str]()
        for (word, _), count in others.items():
            counts[word] += count
        wanted = {
            word: min(("GPE", "ORG"), key=lambda kind: (-others[word, kind], kind))
            for word, count in counts.items()
            if count >= 2 and sum(other >= count for other in counts.values()) <= k
        }
        assert {" ".join(name): kind for name, kind in runner.names_for(one.document.text).items()} == wanted


def test_without_a_layer_of_entities_it_has_none() -> None:
    runner = Frequent(Given([Example(Document("d", "كندا"), Annotation(sentences=()))]))
    (prediction,) = runner.predict([Document("d", "كندا")])
    assert prediction.annotation == Annotation()
    nothing = Frequent(Given([Example(Document("d", "كندا"), Annotation(entities=()))]))
    (prediction,) = nothing.predict([Document("d", "كندا")])
    assert prediction.annotation == Annotation(entities=())


def test_a_list_of_no_names_is_refused() -> None:
    with pytest.raises(InputError, match="k: found 0"):
        Frequent(Given(()), k=0)


@pytest.mark.parametrize(
    "check",
    [
        contract.one_prediction_a_document_in_order,
        contract.offsets_are_whole_letters_of_the_raw_text,
        contract.something_is_found_in_news,
        contract.labels_and_scores_are_the_tag_sets,
        contract.twice_is_the_same,
        contract.company_changes_nothing,
        contract.name_and_meta_change_nothing,
        contract.empty_text_has_nothing,
    ],
)
def test_it_does_what_every_runner_must(check: contract.Check) -> None:
    runner = Frequent(GoldStandard())
    runner.load()
    check(runner)
