from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from harness.arabic.surface import frequent, surface, uniform


def test_spelling_and_spaces_make_no_other_string() -> None:
    assert uniform("الأُمَم  المتّحدة") == uniform("الامم المتحده")
    assert uniform("القاهــرة") == uniform("القاهرة")


def test_the_article_behind_l_is_given_its_alef_back() -> None:
    assert surface("للصين", 1, 5) == uniform("الصين")
    assert surface("اللبناني", 2, 8) == "لبناني"


def test_the_frequent_ones_are_k_at_most_and_ties_stay_out() -> None:
    counts = {"a": 5, "b": 3, "c": 3, "d": 2, "e": 1}
    assert frequent(counts, 0) == frozenset()
    assert frequent(counts, 1) == {"a"}
    # b and c tie at rank 2: neither is chosen over the other.
    assert frequent(counts, 2) == {"a"}
    assert frequent(counts, 3) == {"a", "b", "c"}
    assert frequent(counts, 4) == {"a", "b", "c", "d"}
    # What occurs once is frequent nowhere.
    assert frequent(counts, 9) == {"a", "b", "c", "d"}
    assert frequent({"a": 1, "b": 1}, 5) == frozenset()
    assert frequent({}, 3) == frozenset()


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 4)), st.integers(0, 9))
def test_a_key_is_frequent_if_at_most_k_are_as_often(counts: dict[str, int], k: int) -> None:
    wanted = {
        key for key, count in counts.items() if count >= 2 and sum(other >= count for other in counts.values()) <= k
    }
    assert frequent(counts, k) == wanted
    assert frequent(Counter(dict(reversed(counts.items()))), k) == wanted
