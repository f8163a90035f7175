"""A limit to what a run may spend, which holds while several requests are under way."""

import math
from dataclasses import dataclass, field
from threading import Lock

from harness.data.types import InputError
from harness.runners.llm.failures import FailedRequestError
from harness.runners.llm.prices import Costing
from harness.runners.llm.usage import Usage


@dataclass(frozen=True)
class Budget:
    """Limits of a run; None: no limit. conf/runner/llm.yaml says what each counts."""

    requests: int | None = None
    tokens: int | None = None
    cost: float | None = None

    def __post_init__(self) -> None:
        for key, value in (("requests", self.requests), ("tokens", self.tokens), ("cost", self.cost)):
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise InputError(f"{key}: found {value}, wanted a number from 0, or null")


@dataclass
class Account:
    """What was spent so far. A request is booked before it is sent, its tokens when they are known.

    So `requests` are never more than the budget's, while tokens and cost go over it by what is under way when it is
    reached.
    """

    budget: Budget
    costing: Costing | None
    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_estimated: int = 0
    """Of all tokens, those that no server counted."""
    cost: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    @property
    def tokens(self) -> int:
        """Tokens in and out."""
        return self.tokens_in + self.tokens_out

    def book(self) -> None:
        """Count a request that is about to be sent.

        Raises:
            FailedRequestError: the budget is spent, and nothing was counted; the reason is `budget`.
        """
        with self._lock:
            limits = (
                ("requests", self.requests, self.budget.requests),
                ("tokens", self.tokens, self.budget.tokens),
                ("cost", self.cost, self.budget.cost),
            )
            for name, spent, limit in limits:
                if limit is not None and spent >= limit:
                    shown = f"{spent:.4f}" if isinstance(spent, float) else str(spent)
                    raise FailedRequestError("budget", f"found {name} of {shown} spent, wanted less than {limit:g}")
            self.requests += 1

    def charge(self, usage: Usage) -> None:
        """Count the tokens of a request."""
        with self._lock:
            self.tokens_in += usage.tokens_in
            self.tokens_out += usage.tokens_out
            self.tokens_estimated += usage.tokens if usage.is_estimated else 0
            if self.costing is not None:
                self.cost += self.costing(usage)
