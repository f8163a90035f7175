"""The provider: what a runner of the harness answers for the corpus that the prompt names."""

import json
from typing import Any

import harness


def call_api(prompt: str, options: dict[str, Any], _: dict[str, Any]) -> dict[str, str]:
    answers = harness.predict(harness.load(prompt), options["config"]["runner"])
    return {"output": "\n".join(json.dumps(record, ensure_ascii=False) for record in answers.to_dict()["documents"])}
