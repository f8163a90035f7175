"""deepeval: the F1 of a whole corpus as a metric.

A test case is a corpus: `input` is the path of the gold, `actual_output` the predictions, a JSON object a line.
Run: DEEPEVAL_TELEMETRY_OPT_OUT=1 python examples/hooks/deepeval_f1.py GOLD.jsonl PREDICTIONS.jsonl
"""

import json
import sys
from pathlib import Path

from deepeval.metrics import BaseMetric
from deepeval.test_case import LLMTestCase

import harness


class CorpusF1(BaseMetric):
    def __init__(self, threshold: float = 0.8) -> None:
        self.threshold = threshold

    def measure(self, test_case: LLMTestCase, *args: object, **kwargs: object) -> float:
        predictions = [json.loads(line) for line in str(test_case.actual_output).splitlines()]
        f1 = harness.score(str(test_case.input), predictions)["entities_strict"]["micro/f1"]
        self.score, self.success = f1.value, f1.value >= self.threshold
        self.reason = f"micro F1 {f1.value:.3f}, 95 % interval {f1.low:.3f} to {f1.high:.3f}"
        return self.score

    async def a_measure(self, test_case: LLMTestCase, *args: object, **kwargs: object) -> float:
        return self.measure(test_case)

    def is_successful(self) -> bool:
        return bool(self.success)

    @property
    def __name__(self) -> str:  # type: ignore[override]  # how deepeval asks for a metric's name
        return "corpus F1"


if __name__ == "__main__":
    case = LLMTestCase(input=sys.argv[1], actual_output=Path(sys.argv[2]).read_text(encoding="utf-8").strip())
    metric = CorpusF1()
    metric.measure(case)
    print(metric.reason)  # noqa: T201
