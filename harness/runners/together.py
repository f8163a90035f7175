"""One prediction a document from runners that are faster on several documents at once."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from harness.data.types import Annotation, Document, Prediction
from harness.runners.each import predict_each

Annotate = Callable[[Sequence[Document]], Sequence[Annotation]]


def predict_together(documents: Iterable[Document], annotate: Annotate, characters: int) -> Iterator[Prediction]:
    """One prediction a document, in order; `annotate` is given documents of about `characters` in all.

    Its seconds are shared out by the length of the texts. Where it raises, the documents of the group are tried
    one by one, so that an exception costs only its own document.
    """
    for group in group_texts(documents, characters):
        began = time.perf_counter()
        try:
            annotations = annotate(group)
        except Exception:  # whatever one document does to a runner, the others still count
            yield from predict_each(group, lambda document: annotate([document])[0])
            continue
        share = (time.perf_counter() - began) / sum(len(document.text) + 1 for document in group)
        for document, annotation in zip(group, annotations, strict=True):
            yield Prediction(document.id, annotation, share * (len(document.text) + 1))


def group_texts(documents: Iterable[Document], characters: int) -> Iterator[list[Document]]:
    """`documents` in order, in groups that end where they reach `characters` in all."""
    group: list[Document] = []
    size = 0
    for document in documents:
        group.append(document)
        size += len(document.text)
        if size >= characters:
            yield group
            group, size = [], 0
    if group:
        yield group
