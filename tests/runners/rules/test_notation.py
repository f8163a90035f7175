import pytest

from harness.data.types import InputError
from harness.runners.rules.notation import Mark, parse, read_rules

SOURCE = """
# A remark.
every word
over digits, part of a period   # another
over year
under percent

LATER = -<which>

DATE day = <day>
    # between
    LATER*
    ✓ وصل [يوم] و[TIME مساء [DATE أمس]]
    ✗ لا شيء
---
DATE year = <year>
"""


def test_a_file_as_values() -> None:
    found = parse("x.rules", SOURCE)
    assert found.every
    assert found.over == {"digits", "part of a period", "year"}
    assert found.under == {"percent"}
    assert [(rule.type, rule.name, rule.section, rule.line) for rule in found.rules] == [
        ("DATE", "day", 0, 10),
        ("DATE", "year", 1, 16),
    ]
    assert [(name, piece.file, piece.line) for name, piece in found.pieces.items()] == [("LATER", "x.rules", 8)]


def test_an_example_is_a_text_with_marks() -> None:
    first, second = parse("x.rules", SOURCE).examples
    assert (first.file, first.line, first.rule, first.wanted) == ("x.rules", 13, "day", True)
    assert first.text == "وصل يوم ومساء أمس"
    assert first.marks == (Mark(4, 7, "DATE"), Mark(9, 17, "TIME"), Mark(14, 17, "DATE"))
    assert (second.line, second.wanted, second.text, second.marks) == (14, False, "لا شيء", ())


@pytest.mark.parametrize("source", ["", "\n\n", "# only\n# remarks\n", 'A = "x"', 'A = "x"\n  # the end'])
def test_a_file_may_have_no_rule(source: str) -> None:
    assert parse("x.rules", source).rules == []


def test_a_file_uses_the_pieces_of_another_and_not_its_rules() -> None:
    name = "entities/numbers.rules"
    found = parse("x.rules", f'use {name}\nA = "x"')
    assert set(found.pieces) == {*read_rules(name).pieces, "A"}
    assert found.rules == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("DATE x = <day", "1: found <day, wanted an expression"),
        ('A = "x"\n\nDATE x = )', "3: found ), wanted an expression"),
        ('DATE x = ("a"\n', "1: found the end of the file, wanted )"),
        ('DATE x = "a"\n    | ', "2: found the end of the file, wanted an expression"),
        ('DATE x = "a" ; "b"', '1: found ; "b", wanted '),
        ("foo", "1: found foo, wanted "),
        ('DAT x = "a"', "1: found the type DAT, wanted one of PERS, "),
        ('DATE = "a"', "1: found a piece DATE, wanted another name, since this is a type"),
        ('A = "b"\nA = "c"', "2: found a second piece A, wanted another name than that in x.rules:1"),
        ('DATE x = holding("a")', "1: found ), wanted ,"),
        ("A = @nope", "1: found the class @nope, wanted one of lexicon/closed.tsv"),
        ("A = [DATE FOO]", "1: found the type FOO, wanted one of PERS, "),
        ("A = [ ]", "1: found the type , wanted one of PERS, "),
        ("A = ^B", "1: found ^B, wanted a type, for ^ and :() to be used"),
        ("A = B:(x)", "1: found B:(x), wanted a type, for ^ and :() to be used"),
        ('A = " "', '1: found " ", wanted a word'),
        ('A = ~"a b"', '1: found ~"a b", wanted one word after ~'),
        ("A = /a(/", "1: found /a(/ (missing ), unterminated subpattern at position 1), wanted a regular expression"),
        ("A = /a*/", "1: found /a*/, which takes no letter, wanted a pattern of a word"),
        ('A = "a"{3,2}', "1: found {3,2}, wanted least,most of at most 99"),
        ('A = "a"{100}', "1: found {100}, wanted least,most of at most 99"),
        ("every line", "1: found every line, wanted every word"),
        ('DATE x = "a"\n  ✓ يوم [x', "2: found [ without ], wanted an example such as ✓ يوم [الخميس]"),
        ('DATE x = "a"\n\n  ✗ x]', "3: found ] without [, wanted marks such as [DATE يوم الخميس]"),
        ('DATE x = "a"\n  ✓', "2: found no text, wanted an example such as ✓ يوم [الخميس]"),
        ('DATE x = "a"\n  ✓ [DAY x]', "2: found a mark of the type DAY, wanted one of PERS, "),
        ('A = "a"\n  ✓ [x]', "2: found a mark without a type, wanted one of PERS, "),
        ("  ✓ x", "1: found ✓ x, wanted "),
    ],
)
def test_a_fault_names_file_and_line(source: str, fault: str) -> None:
    with pytest.raises(InputError) as error:
        parse("x.rules", source)
    assert str(error.value).startswith(f"x.rules:{fault}")
    assert "\n" not in str(error.value)
