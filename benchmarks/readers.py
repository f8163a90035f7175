"""Files of annotation tools: our readers against what a user would read them with, in the same run.

    python -m benchmarks.readers [SENTENCES]

Our readers give documents whose offsets are proved; a peer that is a parser alone proves none.
"""

import json
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.corpora import LETTERS, TYPES
from benchmarks.speed import line, timed
from harness.data.schema import Schema
from harness.data.types import Annotation, Document, Entity, Example
from harness.datasets.brat import Brat as BratData
from harness.datasets.cas import Cas as CasData
from harness.datasets.conllu import Conllu as ConlluData
from harness.datasets.doccano import Doccano as DoccanoData
from harness.datasets.label_studio import LabelStudio as LabelStudioData
from harness.datasets.prodigy import Prodigy as ProdigyData
from harness.formats.brat import Brat
from harness.formats.cas import Cas
from harness.formats.conllu import Conllu
from harness.formats.doccano import Doccano
from harness.formats.export import Export
from harness.formats.label_studio import LabelStudio
from harness.formats.prodigy import Prodigy

SCHEMA: Final = Schema("random", types=TYPES, layers=("entities",))
REPEATS: Final = 3


def examples(sentences: int, seed: int = 13) -> list[Example]:
    """Documents of a sentence of random words each, two of which are mentions; every tenth begins with an emoji."""
    rng = random.Random(seed)
    words = ["".join(rng.choices(LETTERS, k=rng.randint(2, 8))) for _ in range(5000)]
    made = []
    for number in range(sentences):
        tokens = ["😊"] * (number % 10 == 0) + rng.choices(words, k=20)
        starts = [0]
        for token in tokens:
            starts.append(starts[-1] + len(token) + 1)
        mentions = [
            Entity(starts[place], starts[place + 1] - 1, rng.choice(TYPES))
            for place in sorted(rng.sample(range(1, 20), 2))
        ]
        made.append(Example(Document(str(number), " ".join(tokens)), Annotation(entities=tuple(mentions))))
    return made


def label_studio(documents: Sequence[Example], folder: Path) -> None:
    """Label Studio's JSON export, against the parser of JSON alone."""
    LabelStudio().write(Export(documents, SCHEMA, "random"), folder)
    path = folder / "tasks.json"
    ours, read = timed(LabelStudioData(str(path)).read, 1)
    theirs, _ = timed(lambda: json.loads(path.read_text(encoding="utf-8")), REPEATS)
    assert list(read) == list(documents)
    line("label_studio", ours, "json.loads alone", theirs)


def cas(documents: Sequence[Example], folder: Path) -> None:
    """UIMA CAS in XMI, against cassis: the same files loaded, and their named entities selected."""
    import cassis

    Cas().write(Export(documents, SCHEMA, "random"), folder)
    kind = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"

    def peer() -> list[list[tuple[int, int, str]]]:
        types = cassis.load_typesystem(folder / "TypeSystem.xml")
        loaded = [cassis.load_cas_from_xmi(path, typesystem=types) for path in sorted(folder.glob("*.xmi"))]
        return [[(item.begin, item.end, item.value) for item in found.select(kind)] for found in loaded]

    ours, read = timed(CasData(str(folder)).read, 1)
    theirs, _ = timed(peer, 1)
    assert sorted(read, key=lambda found: int(found.document.id)) == list(documents)
    line("cas", ours, "cassis alone", theirs)


def conllu(documents: Sequence[Example], folder: Path) -> None:
    """CoNLL-U, against conllu: the same file parsed."""
    import conllu as peer

    Conllu().write(Export(documents, SCHEMA, "random"), folder)
    path = folder / "random.conllu"
    ours, read = timed(ConlluData(str(path)).read, 1)
    theirs, _ = timed(lambda: peer.parse(path.read_text(encoding="utf-8")), 1)
    assert list(read) == list(documents)
    line("conllu", ours, "conllu alone", theirs)


def doccano(documents: Sequence[Example], folder: Path) -> None:
    """Doccano's JSON Lines, against spaCy: each line parsed, and its labels made spans of a Doc."""
    import spacy

    Doccano().write(Export(documents, SCHEMA, "random"), folder)
    path = folder / "random.jsonl"
    blank = spacy.blank("xx")

    def peer() -> list[object]:
        records = [json.loads(text) for text in path.read_text(encoding="utf-8").split("\n") if text]
        docs = [(blank.make_doc(record["text"]), record["label"]) for record in records]
        return [doc.char_span(start, end, label) for doc, labels in docs for start, end, label in labels]

    ours, read = timed(DoccanoData(str(path)).read, 1)
    theirs, _ = timed(peer, 1)
    assert list(read) == list(documents)
    line("doccano", ours, "json.loads and char_span of spaCy", theirs)


def prodigy(documents: Sequence[Example], folder: Path) -> None:
    """Prodigy's JSON Lines, against srsly, with which Prodigy reads them: parsed alone."""
    import srsly

    Prodigy().write(Export(documents, SCHEMA, "random"), folder)
    path = folder / "random.jsonl"
    ours, read = timed(ProdigyData(str(path)).read, 1)
    theirs, _ = timed(lambda: list(srsly.read_jsonl(path)), 1)
    assert list(read) == list(documents)
    line("prodigy", ours, "srsly alone", theirs)


def brat(documents: Sequence[Example], folder: Path) -> None:
    """Brat's standoff, for which no library is kept: against both files read and their lines parted at tabs."""
    Brat().write(Export(documents, SCHEMA, "random"), folder)

    def peer() -> list[list[list[str]]]:
        read = []
        for path in sorted(folder.glob("*.txt")):
            path.read_text(encoding="utf-8")
            lines = path.with_suffix(".ann").read_text(encoding="utf-8").split("\n")
            read.append([text.split("\t") for text in lines])
        return read

    ours, read = timed(BratData(str(folder)).read, 1)
    theirs, _ = timed(peer, 1)
    assert sorted(read, key=lambda found: int(found.document.id)) == list(documents)
    line("brat", ours, "both files read, lines parted", theirs)


def main() -> None:
    """Print a line for each format."""
    documents = examples(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    print(f"{len(documents):,} sentences")
    for measure in (label_studio, brat, doccano, prodigy, cas, conllu):
        with tempfile.TemporaryDirectory() as folder:
            measure(documents, Path(folder))


if __name__ == "__main__":
    main()
