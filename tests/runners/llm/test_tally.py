"""What a run of a language model says of itself."""

from collections import Counter

from harness.runners.llm.budget import Account, Budget
from harness.runners.llm.tally import Tally


def test_one_of_anything_is_said_in_the_singular() -> None:
    account = Account(Budget(), None)
    account.tokens_in, account.tokens_out = 1, 1
    tally = Tally(
        requests=1,
        attempts=1,
        split=Counter({"context": 1, "length": 1}),
        malformed_items=1,
        failures=Counter({"budget": 1}),
    )
    assert tally.remarks(account) == [
        "1 question (0% from the cache); 1 request; 1 token in, 1 out",
        "found 1 chunk longer than the model reads; it was asked in two halves",
        "found 1 chunk whose answer did not end within max_tokens; it was asked in two halves",
        "found 1 item without what it has to hold; left out",
        "found 1 document without an answer (1 budget)",
        "found the budget spent with 1 document not answered; the same command again goes on with it, as long as the "
        "cache is kept",
    ]


def test_more_of_anything_are_said_in_the_plural() -> None:
    account = Account(Budget(), None)
    account.tokens_in = 2
    tally = Tally(requests=2, attempts=3, split=Counter({"length": 2}), malformed_items=2, failures=Counter(budget=2))
    assert tally.remarks(account) == [
        "2 questions (0% from the cache); 2 requests, 1 tried again; 2 tokens in, 0 out",
        "found 2 chunks whose answer did not end within max_tokens; each was asked in two halves",
        "found 2 items without what they have to hold; left out",
        "found 2 documents without an answer (2 budget)",
        "found the budget spent with 2 documents not answered; the same command again goes on with them, as long as "
        "the cache is kept",
    ]
