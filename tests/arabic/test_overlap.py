"""Shared text by hand, and against a count by brute force."""

from hypothesis import given
from hypothesis import strategies as st

from harness.arabic.overlap import Shared, runs, shared, terms
from harness.arabic.segment import sentences

TEXT = "زار الوزيرُ مدينةَ القاهرة أمس. قال إنه سعيد."


def test_spelling_is_uniform_and_punctuation_is_none() -> None:
    assert terms("زارَ أحمدُ، «القـاهرة»") == terms("زار احمد القاهره")
    assert list(runs("abcd", 3)) == [("a", "b", "c"), ("b", "c", "d")]
    assert list(runs("ab", 3)) == []


def test_shared_text_by_hand() -> None:
    # 8 words make 6 runs of 3: 3 in the first sentence, 1 in the second, 2 across.
    assert shared([TEXT], [], 3) == [Shared(words=8, runs=6, shared=0, sentences=2, copied=0, copied_words=0)]
    assert shared([TEXT], ["ثم قال انه سعيد!"], 3)[0][1:] == (6, 1, 2, 0, 0)
    assert shared([TEXT], ["ثم نام. قال إنه سعيد"], 3)[0][1:] == (6, 1, 2, 1, 3)
    assert shared([TEXT], [TEXT], 3)[0] == Shared(8, 6, 6, 2, 2, 8)
    # A run goes on across the end of a line, and not from one text to the next.
    assert shared([TEXT], ["القاهرة\nأمس قال"], 3)[0].shared == 1
    assert shared([TEXT], ["القاهرة", "أمس قال"], 3)[0].shared == 0
    # A sentence that is a run of other text is not copied, and a copied sentence may be too short for a run.
    assert shared(["قال إنه."], ["وقد قال إنه هنا"], 2)[0][2:] == (1, 1, 0, 0)
    assert shared(["قال إنه."], ["قال إنه"], 8)[0] == Shared(2, 0, 0, 1, 1, 2)


def test_a_text_without_words_shares_nothing() -> None:
    assert shared(["", "..."], ["", "..."], 2) == [Shared(0, 0, 0, 0, 0, 0)] * 2
    assert shared([], [TEXT], 2) == []


texts = st.lists(st.lists(st.sampled_from(["أ", "ا", "بُ", "ب", "ج", ".", "\n"]), max_size=9).map(" ".join), max_size=4)


@given(texts, texts, st.integers(1, 4))
def test_counts_are_those_of_brute_force(own: list[str], others: list[str], length: int) -> None:
    def spelled(text: str) -> list[list[str]]:
        return [found for start, end in sentences(text) if (found := terms(text[start:end]))]

    for text, found in zip(own, shared(own, others, length), strict=True):
        whole = terms(text)
        count = places = 0
        for start in range(len(whole)):
            run = whole[start : start + length]
            if len(run) < length:
                continue
            places += 1
            count += any(
                terms(other)[place : place + length] == run for other in others for place in range(len(terms(other)))
            )
        assert (found.runs, found.shared) == (places, count)
        copied = [part for part in spelled(text) if any(part in spelled(other) for other in others)]
        assert (found.sentences, found.copied) == (len(spelled(text)), len(copied))
        assert (found.words, found.copied_words) == (len(whole), sum(map(len, copied)))
