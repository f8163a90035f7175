"""Which types are taken for which."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.scoring.corpus import Boundary, Corpus
from harness.scoring.outcomes import alignment


def confusion(corpus: Corpus, boundary: Boundary = "word") -> dict[str, Any]:
    """Aligned mentions by gold type (rows) and predicted type (columns), with what has no partner.

    `pairs` counts all pairs that overlap, `exact` those of them with equal boundaries, both as lists of rows in the
    order of `types`; `missed` are gold mentions without a pair, `spurious` predicted ones, by type. A row of `pairs`
    and its missed mentions sum to the gold mentions of the type, a column and its spurious ones to the predicted. The
    alignment is that of `EntitiesPartial`, one to one, so nested mentions each have a partner of their own. Answers
    without a place are spurious.
    """
    left, right, pairs = alignment(corpus, boundary)
    rows, columns = pairs[:, 0], pairs[:, 1]
    equal = (left.starts[rows] == right.starts[columns]) & (left.ends[rows] == right.ends[columns])
    size = len(corpus.types)
    cells = left.labels[rows] * size + right.labels[columns]

    def counted(labels: NDArray[np.int64], paired: NDArray[np.int64]) -> list[int]:
        left_over = np.bincount(labels, minlength=size) - np.bincount(labels[paired], minlength=size)
        return [int(number) for number in left_over]

    return {
        "view": boundary,
        "types": list(corpus.types),
        "pairs": np.bincount(cells, minlength=size**2).reshape(size, size).tolist(),
        "exact": np.bincount(cells[equal], minlength=size**2).reshape(size, size).tolist(),
        "missed": counted(left.labels, rows),
        "spurious": counted(np.append(right.labels, corpus.unplaced_entities.labels), columns),
    }
