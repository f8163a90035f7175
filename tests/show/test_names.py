"""Labels in names that hold fewer characters."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.show.names import in_metric, in_picture


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        *[("PERS", "PERS"), ("content_direct", "content_direct"), ("مرض", "مرض"), ("covid-19", "covid-19")],
        *[("a/b", "a:2f:b"), ("100%", "100:25:"), ("a:2f:b", "a:3a:2f:3a:b"), ("😷", ":1f637:")],
    ],
)
def test_what_mlflow_refuses_is_escaped(label: str, expected: str) -> None:
    assert in_metric(label) == expected


@given(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=300))
def test_two_labels_have_two_names_that_mlflow_takes(one: str, other: str) -> None:
    assert re.fullmatch(r"[\w.\-: ]{1,120}", in_metric(one))
    assert (in_metric(one) == in_metric(other)) == (one == other)


def test_long_labels_that_begin_alike_have_two_names() -> None:
    assert in_metric("x" * 5000) != in_metric("x" * 4999)


def test_a_picture_shows_dollar_signs() -> None:
    assert in_picture("$x$") == r"\$x\$"
