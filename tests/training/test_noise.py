from random import Random

from hypothesis import given
from hypothesis import strategies as st

from harness.training.noise import Noise

ALWAYS = Noise(letters=1, digits=1, quotes=1)


@given(st.text(alphabet='أإآىيةبتث ،؟"012abc', max_size=60), st.integers(0, 999))
def test_noise_keeps_every_offset(text: str, seed: int) -> None:
    assert len(ALWAYS.applied(text, Random(seed))) == len(text)


def test_every_kind_of_noise_occurs() -> None:
    found = {ALWAYS.applied('"أكدت 2023"', Random(seed)) for seed in range(60)}
    assert any("ا" in text for text in found)
    assert all("٢٠٢٣" in text for text in found)
    assert {text[0] + text[-1] for text in found} == {"“”", "«»", "””", "““"}


def test_no_noise_changes_nothing() -> None:
    text = '"أكدت 2023"'
    assert Noise(0, 0, 0).applied(text, Random(1)) == text
