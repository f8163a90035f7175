"""Constant answers: what a system gets that reads no text, or knows one label only. A floor below it guards nothing."""

from collections.abc import Mapping
from dataclasses import replace

from harness.arabic.segment import sentences
from harness.data.types import Annotation, Claim, Sentence, Span
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import Claims
from harness.scoring.corpus import Corpus
from harness.scoring.table import Scorer, Table, label_of


def constants(scorer: Scorer, corpus: Corpus, measure: str) -> dict[str, Table]:
    """The counts of constant answers to the gold of `corpus`, by what they answer; empty where there is none.

    Sentences: those of the gold, all with one label. Measures of a claim's attribute: the claims of the gold, all with
    one value. Other measures of claims: every sentence a claim, its first word the cue, without a source.
    """
    answers: Mapping[str, list[Annotation]]
    if isinstance(scorer, CheckWorthy):
        answers = {label: [_labelled(one, label) for one in corpus.gold] for label in corpus.annotated.sentence_labels}
    elif isinstance(scorer, Claims):
        answers = _claims(corpus, label_of(measure))
    else:
        answers = {}
    return {name: scorer.counts(replace(corpus, predicted=answer)) for name, answer in answers.items()}


def _labelled(gold: Annotation, label: str) -> Annotation:
    return Annotation(sentences=tuple(Sentence(one.start, one.end, label) for one in gold.sentences or ()))


def _claims(corpus: Corpus, attribute: str) -> Mapping[str, list[Annotation]]:
    if attribute in corpus.attributes:
        claims = [claim for one in corpus.gold for claim in one.claims or ()]
        values = {claim.attributes[attribute] for claim in claims if attribute in claim.attributes}
        return {
            value: [
                Annotation(claims=tuple(_with(claim, attribute, value) for claim in one.claims or ()))
                for one in corpus.gold
            ]
            for value in sorted(values)
        }
    return {"every sentence": [Annotation(claims=tuple(_quoted(one.text))) for one in corpus.documents]}


def _with(claim: Claim, attribute: str, value: str) -> Claim:
    return replace(claim, attributes={**claim.attributes, attribute: value})


def _quoted(text: str) -> list[Claim]:
    claims = []
    for start, end in sentences(text):
        word = text[start:end].split(maxsplit=1)
        if word:
            first = text.index(word[0], start)
            claims.append(Claim(Span(start, end), Span(first, first + len(word[0]))))
    return claims
