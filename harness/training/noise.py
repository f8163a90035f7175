"""Spelling as people really write it, put into training texts.

Every change replaces one letter by one letter, so that annotations keep their offsets.
"""

from dataclasses import dataclass
from random import Random
from typing import Final

from harness.data.types import InputError

# What writers leave out or mix up: hamza, dotless ya, ta marbuta, and the punctuation of another keyboard.
_LOOSE: Final = {"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ي": "ى", "ة": "ه", "،": ",", "؟": "?"}
_DIGITS: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_QUOTES: Final = ("“”", "«»", "””", "““")


@dataclass(frozen=True)
class Noise:
    """How often a text is changed, in [0, 1]: its letters, its digits, and the form of its quotation marks."""

    letters: float = 0.3
    digits: float = 0.06
    quotes: float = 0.6

    def __post_init__(self) -> None:
        for key, share in vars(self).items():
            if not 0 <= share <= 1:
                raise InputError(f"{key}: found {share}, wanted a number from 0 to 1")

    def applied(self, text: str, random: Random) -> str:
        """`text` with the changes that `random` draws; as long as before."""
        if random.random() < self.letters:
            habits = [char for char in _LOOSE if random.random() < 0.4]
            share = random.choice((0.2, 0.6, 1.0))
            text = "".join(_LOOSE[char] if char in habits and random.random() < share else char for char in text)
        if random.random() < self.digits:
            text = text.translate(_DIGITS)
        return self._quoted(text, random)

    def _quoted(self, text: str, random: Random) -> str:
        """`text` with its straight quotation marks curled or pointed, opening and closing by turns."""
        if '"' not in text or random.random() >= self.quotes:
            return text
        marks = random.choice(_QUOTES)
        first, *rest = text.split('"')
        return first + "".join(marks[number % 2] + part for number, part in enumerate(rest))
