"""One prediction a document: the clock and the safety net that per-document runners share."""

import time
from collections.abc import Callable, Iterable, Iterator

from harness.data.types import Annotation, Document, Prediction


def predict_each(documents: Iterable[Document], annotate: Callable[[Document], Annotation]) -> Iterator[Prediction]:
    """One prediction a document, in order, with the seconds that `annotate` took.

    An exception costs only its own document: the prediction then has an empty annotation and `error`, one line.
    """
    for document in documents:
        began = time.perf_counter()
        annotation, error = Annotation(), None
        try:
            annotation = annotate(document)
        except Exception as failure:  # whatever one document does to a runner, the others still count
            error = f"{type(failure).__name__}: {failure}".splitlines()[0]
        yield Prediction(document.id, annotation, time.perf_counter() - began, error)
