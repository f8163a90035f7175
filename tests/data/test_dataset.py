"""The interface's defaults, plain classes as data sets, and a data set that is read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.data.dataset import Dataset, PlainDataset, ReadOnce, as_dataset
from harness.data.tagsets import read_tag_set
from harness.data.types import Annotation, Document, Example, InputError, Passes

EXAMPLES = [Example(Document("a", "قمة"), Annotation(())), Example(Document("b", "سلام"), Annotation(()))]


@dataclass(frozen=True)
class Least:
    """As little as a data set can have; it notes when it is read."""

    name: str = "least"
    reads: list[str] = field(default_factory=list, compare=False)

    def read(self) -> Sequence[Example]:
        self.reads.append(self.name)
        return EXAMPLES


@dataclass(frozen=True)
class Own(Least):
    """A plain class with all that an evaluation asks for."""

    name: str = "own"
    labels: str | None = "anercorp"
    source: Path = Path("own.jsonl")
    remarks: Sequence[str] = ("noisy",)

    def speakers(self) -> Mapping[str, Sequence[str]]:
        return {"سامي النجار": ["النجار"]}

    def passes(self, documents: Sequence[Document]) -> Passes:
        return Passes("two runs", [[Annotation(()) for _ in documents]] * 2)


def test_a_class_with_a_name_and_examples_is_a_data_set() -> None:
    dataset = as_dataset(Least())
    assert isinstance(dataset, Dataset)
    assert as_dataset(dataset) is dataset
    assert (dataset.name, dataset.read()) == ("least", EXAMPLES)
    assert (dataset.source, dataset.speakers(), dataset.labels, dataset.tag_set) == (None, {}, None, None)
    assert (list(dataset.remarks), dataset.passes([])) == ([], None)


@pytest.mark.parametrize("wrap", [as_dataset, ReadOnce])
def test_what_a_plain_class_has_is_its_own(wrap: type[ReadOnce]) -> None:
    dataset = wrap(Own())
    assert (dataset.name, dataset.source, dataset.labels) == ("own", Path("own.jsonl"), "anercorp")
    assert dataset.tag_set == read_tag_set("anercorp")
    assert (dataset.remarks, dataset.speakers()) == (("noisy",), {"سامي النجار": ["النجار"]})
    assert dataset.passes([example.document for example in EXAMPLES]) == Passes("two runs", [[Annotation(())] * 2] * 2)


def test_what_is_no_data_set_is_refused() -> None:
    class Nameless:
        def read(self) -> Sequence[Example]:
            return EXAMPLES

    nameless: PlainDataset = Nameless()  # type: ignore[assignment]
    with pytest.raises(InputError, match="dataset: found Nameless without name, wanted a dataset"):
        as_dataset(nameless)


def test_a_data_set_that_many_ask_is_read_once() -> None:
    plain = Least()
    dataset = ReadOnce(plain)
    assert dataset.read() is dataset.read()
    assert plain.reads == ["least"]


def test_it_stands_for_itself_and_for_its_equals() -> None:
    dataset = ReadOnce(Least())
    assert all(map(dataset.stands_for, (Least(), dataset)))
    assert not any(map(dataset.stands_for, (Least("other"), ReadOnce(Least("other")), None)))
