"""A loaded token classifier, as two functions: words to tokens, and tokens to answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.runners.transformer.answers import Answer
from harness.runners.transformer.checkpoint import Loaded
from harness.runners.transformer.windows import batches
from harness.tags import OUTSIDE, Scheme, parse
from harness.types import InputError


@dataclass(frozen=True)
class Network:
    """A token classifier; its logits are divided by `temperature` before they become probabilities."""

    loaded: Loaded
    scheme: Scheme
    temperature: float

    def check(self, allowed: Collection[str], wanted: str) -> None:
        """Refuse a model with a tag that is none of the scheme's, or whose label is not among `allowed`.

        Raises:
            InputError: there is one; the message lists them all. `wanted` says what the labels should be.
        """
        tags = [tag for tag, _ in self.tags if tag != OUTSIDE]
        strange = [tag for tag in tags if not parse(tag, self.scheme)[0]]
        if strange:
            raise InputError(f"scheme: found the tags {', '.join(strange)}, wanted tags of {self.scheme}")
        unknown = sorted({parse(tag, self.scheme)[1] for tag in tags} - set(allowed))
        if unknown:
            raise InputError(f"labels: found the labels {', '.join(unknown)} in the model, wanted those of {wanted}")

    @cached_property
    def tags(self) -> list[tuple[str, str]]:
        """The tag of each output with the type in it, empty for that of tokens outside mentions."""
        names: dict[int, str] = self.loaded.model.config.id2label
        tags = [names[number] for number in range(len(names))]
        return [(tag, "" if tag == OUTSIDE else parse(tag, self.scheme)[1]) for tag in tags]

    @cached_property
    def limit(self) -> int:
        """The most tokens that the model reads at once, those that open and close a text among them."""
        model = self.loaded.model
        positions = getattr(model.config, "max_position_embeddings", None) or self.loaded.tokenizer.model_max_length
        table = getattr(getattr(model.base_model, "embeddings", None), "position_embeddings", None)
        # RoBERTa and its kin count positions from behind the padding index.
        padding = getattr(table, "padding_idx", None)
        usable = positions if padding is None else positions - padding - 1
        return min(int(usable), int(self.loaded.tokenizer.model_max_length))

    @cached_property
    def frame(self) -> tuple[list[int], list[int]]:
        """The tokens that open a text, and those that close it."""
        encoded = self.loaded.tokenizer(["1"], is_split_into_words=True, return_special_tokens_mask=True)
        ids, special = encoded["input_ids"], encoded["special_tokens_mask"]
        return ids[: special.index(0)], ids[len(special) - special[::-1].index(0) :]

    def encode(self, words: Sequence[str]) -> list[list[int]]:
        """The tokens of each word; a word of nothing but what the tokenizer drops has none."""
        tokens: list[list[int]] = [[] for _ in words]
        if words:
            encoded = self.loaded.tokenizer(
                list(words), is_split_into_words=True, add_special_tokens=False, truncation=False, verbose=False
            )
            for number, token in zip(encoded.word_ids(), encoded["input_ids"], strict=True):
                tokens[number].append(token)
        return tokens

    def classify(self, sequences: Sequence[Sequence[int]], budget: int) -> list[list[Answer]]:
        """The answers for all tokens of each sequence, in batches of at most `budget` padded tokens.

        Raises:
            ValueError: the model answered with something else than finite numbers.
        """
        opening, closing = self.frame
        framed = [[*opening, *sequence, *closing] for sequence in sequences]
        answers: list[list[Answer]] = [[] for _ in framed]
        for batch in batches([len(one) for one in framed], budget):
            best = self._best([framed[number] for number in batch])
            for number, found in zip(batch, best, strict=True):
                inner = found[len(opening) : len(framed[number]) - len(closing)]
                answers[number] = [Answer(*self.tags[label], probability) for label, probability in inner]
        return answers

    def _best(self, batch: Sequence[Sequence[int]]) -> list[list[tuple[int, float]]]:
        """For every token of every sequence the most probable output, of equals the first, and its probability."""
        import torch

        longest = max(map(len, batch))
        padding = self.loaded.tokenizer.pad_token_id or 0
        device = self.loaded.model.device
        ids = torch.tensor([[*one, *[padding] * (longest - len(one))] for one in batch], device=device)
        mask = torch.tensor([[1] * len(one) + [0] * (longest - len(one)) for one in batch], device=device)
        with torch.inference_mode():
            logits: Any = self.loaded.model(input_ids=ids, attention_mask=mask).logits.float()
            if not torch.isfinite(logits[mask.bool()]).all():
                raise ValueError("found logits that are not finite, wanted finite ones: try another dtype")
            probabilities, labels = (logits / self.temperature).softmax(-1).clamp(max=1.0).max(-1)
        pairs = zip(labels.tolist(), probabilities.tolist(), strict=True)
        return [list(zip(*pair, strict=True)) for pair in pairs]
