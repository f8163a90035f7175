"""What an error of a server means: that no request can succeed, that this one cannot, or that it may a little later."""

import re
from collections.abc import Mapping
from typing import Any, Final

from harness.data.types import InputError
from harness.runners.llm.failures import FailedRequestError

_PASSING: Final = frozenset({408, 409, 425, 429})
# OpenAI; llama.cpp; messages of vLLM, Ollama, TGI and proxies in front of them.
_CONTEXT_CODES: Final = frozenset({"context_length_exceeded", "exceed_context_size_error", "string_above_max_length"})
_CONTEXT: Final = re.compile(
    r"context (length|size|window)|maximum context|too many (input )?tokens|(prompt|input) is too long|max_model_len",
    re.IGNORECASE,
)
_FILTER_CODES: Final = frozenset({"content_filter", "content_policy_violation"})
_SETTING_CODES: Final = frozenset(
    {"model_not_found", "invalid_model", "unsupported_model", "unsupported_parameter", "unsupported_value",
     "unknown_parameter", "invalid_api_key", "billing_not_active"}
)  # fmt: skip
_SPENT_CODES: Final = frozenset({"insufficient_quota", "billing_hard_limit_reached", "insufficient_credits"})


def fault_of_status(
    status: int, answer: object, said: str, body: Mapping[str, Any], wait: float | None
) -> FailedRequestError | InputError:
    """The error that a response stands for.

    `answer` is its JSON, None where it has none, `said` its text; `body` the request, `wait` the seconds that the
    server asks to wait. An `InputError` means that every other request would fail as well; it lacks the server's
    address.
    """
    problem = _problem(answer)
    message = problem.get("message")
    told = message if isinstance(message, str) and message.strip() else said or "nothing"
    codes = {str(problem[name]) for name in ("code", "type") if problem.get(name) is not None}
    found = f"found status {status} ({told.strip()[:200]})"
    if status in (401, 403):
        return InputError(f"{found}, wanted a key that it accepts: runner.key names the variable that holds it")
    if status == 402 or codes & _SPENT_CODES:
        return InputError(f"{found}, wanted an account that can pay; what was answered is kept in the cache")
    if status in (404, 405, 501):
        return InputError(f"{found}, wanted the base URL of an OpenAI-compatible server, and a model that it has")
    if 400 <= status < 500 and status not in _PASSING:
        if codes & _CONTEXT_CODES or _CONTEXT.search(told):
            return FailedRequestError("context", found)
        if codes & _FILTER_CODES:
            return FailedRequestError("content_filter", found)
        setting = problem.get("param")
        if codes & _SETTING_CODES or (isinstance(setting, str) and _is_setting(setting, body)):
            wanted = "wanted settings that the server takes, such as runner.schema, runner.max_tokens or runner.extra"
            return InputError(f"{found}, {wanted}")
        return FailedRequestError(f"status {status}", found)
    return FailedRequestError(
        f"status {status}", found, is_passing=status >= 500 or status in _PASSING, wait=wait, is_open=False
    )


def _is_setting(name: str, body: Mapping[str, Any]) -> bool:
    """Whether a server blames a field of the request that is the same in every request."""
    top = re.split(r"[.\[]", name)[0]
    return top in body and top != "messages"


def _problem(answer: object) -> Mapping[str, Any]:
    """What the JSON of an error says: {"error": {…}}, as OpenAI has it, {"error": "…"}, or the fields themselves."""
    if not isinstance(answer, dict):
        return {}
    problem = answer.get("error", answer)
    if isinstance(problem, str):
        return {"message": problem}
    if not isinstance(problem, dict):
        return {}
    if "message" not in problem and isinstance(problem.get("detail"), str):
        # FastAPI.
        return {**problem, "message": problem["detail"]}
    return problem
