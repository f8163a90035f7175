"""Inspect: every document is a sample, and F1 is a metric over all of them.

Run: inspect eval examples/hooks/inspect_f1.py --model PROVIDER/MODEL -T gold=GOLD.jsonl
The model is asked for a prediction in JSON: {"entities": [{"start": 0, "end": 5, "type": "PERS"}]}.
"""

import json

from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.scorer import SampleScore, Score, Target, mean, metric, scorer
from inspect_ai.solver import TaskState, generate

import harness


@metric
def corpus_f1():  # type: ignore[no-untyped-def]
    def compute(scores: list[SampleScore]) -> dict[str, float]:
        kept = [score.score.metadata or {} for score in scores]
        f1 = harness.score([part["gold"] for part in kept], [part["predicted"] for part in kept])
        micro = f1["entities_strict"]["micro/f1"]
        return {"f1": micro.value, "low": micro.low or 0.0, "high": micro.high or 1.0}

    return compute


@scorer(metrics=[mean(), corpus_f1()])
def prediction():  # type: ignore[no-untyped-def]
    async def score(state: TaskState, target: Target) -> Score:
        gold = json.loads(target.text)
        try:
            answer, answered = json.loads(state.output.completion), True
        except ValueError:
            # No answer: empty, and every mention of the document is missed.
            answer, answered = {"entities": []}, False
        return Score(value=float(answered), metadata={"gold": gold, "predicted": {"id": gold["id"], **answer}})

    return score


@task
def extraction(gold: str) -> Task:
    records = harness.load(gold).to_dict()["documents"]
    samples = [Sample(input=record["text"], target=json.dumps(record, ensure_ascii=False)) for record in records]
    return Task(dataset=samples, solver=generate(), scorer=prediction())
