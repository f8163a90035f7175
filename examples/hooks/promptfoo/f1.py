"""The assertion: micro F1 of the predictions in `output` against the corpus that the test names as `gold`."""

import json
from typing import Any

import harness


def get_assert(output: str, context: dict[str, Any]) -> dict[str, Any]:
    predictions = [json.loads(line) for line in output.splitlines() if line.strip()]
    f1 = harness.score(context["vars"]["gold"], predictions)["entities_strict"]["micro/f1"]
    reason = f"micro F1 {f1.value:.3f}, 95 % interval {f1.low:.3f} to {f1.high:.3f}"
    return {"pass": f1.value >= 0.8, "score": f1.value, "reason": reason}
