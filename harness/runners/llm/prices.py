"""What tokens cost: prices of one's own, or those that the package genai-prices knows of a provider."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.data import extras
from harness.data.types import InputError
from harness.runners.llm.usage import Usage

Costing = Callable[[Usage], float]
"""US dollars for tokens."""


@dataclass(frozen=True)
class Prices:
    """US dollars for a million tokens; conf/runner/llm.yaml says what null means."""

    input: float | None = None
    output: float | None = None

    def __post_init__(self) -> None:
        for key, value in (("input", self.input), ("output", self.output)):
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise InputError(f"{key}: found {value}, wanted US dollars for a million tokens, from 0")
        if (self.input is None) != (self.output is None):
            missing = "input" if self.input is None else "output"
            raise InputError(f"{missing}: found null beside the other price, wanted both or none")


def costing(prices: Prices, model: str, endpoint: str) -> Costing | None:
    """How cost comes from tokens; None where nobody says what `model` costs at `endpoint`.

    The table of genai-prices is that of its release: nothing is fetched. It goes by the address, so that a model of a
    well-known name on a server of one's own has no price.
    """
    if prices.input is not None and prices.output is not None:
        given, received = prices.input, prices.output
        return lambda usage: (usage.tokens_in * given + usage.tokens_out * received) / 1_000_000
    table: Any = extras.find("genai_prices")
    if table is None:
        return None

    def cost(usage: Usage) -> float:
        tokens = table.Usage(input_tokens=usage.tokens_in, output_tokens=usage.tokens_out)
        return float(table.calc_price(tokens, model, provider_api_url=endpoint).total_price)

    try:
        cost(Usage(1, 1))
    except LookupError:
        return None
    return cost
