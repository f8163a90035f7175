"""The rule-based extractor."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.arabic.plain import read_plain
from harness.data.schema import GOLD_NAME, Schema, read_schema
from harness.data.types import Annotation, Document, InputError, Prediction
from harness.runners.base import Runner, predict_each
from harness.runners.carried import carry_annotation
from harness.runners.rules.claims.claims import find_claims, load_rules
from harness.runners.rules.claims.page import Page
from harness.runners.rules.entities.entities import entities_of
from harness.runners.rules.entities.scores import scores
from harness.runners.rules.sentences.checkworthy import label_sentences, load_signs
from harness.runners.rules.words.gazetteer import lexicon


@dataclass(frozen=True)
class Rules(Runner):
    """Entities, claims and check-worthiness by rules and word lists; no training, no model.

    Texts are read in plain spelling. Entities whose rule is less sure than `threshold`, in [0, 1], are left out.
    """

    name: str = "rules"
    threshold: float = 0.4

    def __post_init__(self) -> None:
        if not 0 <= self.threshold <= 1:
            raise InputError(f"threshold: found {self.threshold}, wanted a number from 0 to 1")

    @property
    def annotation_schema(self) -> Schema:
        """The gold's: rules and word lists are written in its types."""
        return read_schema(GOLD_NAME)

    def load(self) -> None:
        """Read the word lists and build the look-up automaton."""
        lexicon()
        scores()
        load_rules()
        load_signs()
        # The files of rules are compiled for the first text.
        self.annotate(Document("first", "-"))

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """One prediction a document, in order; a document that fails yields a prediction with `error`."""
        return predict_each(documents, self.annotate)

    def annotate(self, document: Document) -> Annotation:
        """The three layers of one document."""
        rewrite = read_plain(document.text)
        text = lexicon().read(rewrite.target)
        page = Page(text, entities_of(text, self.threshold))
        claims = find_claims(page)
        return carry_annotation(Annotation(page.entities, claims, label_sentences(page, claims)), rewrite)
