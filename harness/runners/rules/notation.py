"""What a `.rules` file says: its statements as values, the examples in it, and faults that name file and line.

The language is described in `docs/guides/rules.md`; what the statements do is in `grammar.py`.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from harness.data.schema import GOLD_NAME, read_schema
from harness.data.types import InputError
from harness.runners.rules.expressions import (
    After,
    Ahead,
    AnyWord,
    Bound,
    Choice,
    Expression,
    Holding,
    Known,
    Literal,
    Marked,
    Named,
    OfType,
    Pattern,
    Repeated,
    Sequence,
    Tagged,
    Term,
    Tested,
)
from harness.runners.rules.words.lexicon import word_class
from harness.runners.rules.words.words import fold, tokens

_SYNTAX: Final = r"""
start: _NEWLINE? (_statement (_NEWLINE _statement)*)?
_statement: rule | piece | setting | section
rule: RULE choice EXAMPLE*
piece: PIECE choice EXAMPLE*
setting: SETTING
section: SECTION
choice: sequence ("|" sequence)*
sequence: (ahead | _item)+
ahead: AHEAD _item
_item: repeat | bound | _atom
repeat: (bound | _atom) QUANTITY
bound: (UNCUT | PROCLITIC) _atom
_atom: "(" choice ")" | mark | after | holding | tag | word | class_ | regex | test | found | name | any
mark: "{" choice "}"
after: AFTER choice ")"
holding: HOLDING choice "," choice ")"
tag: TAG
word: WORD
class_: CLASS
regex: REGEX
test: TEST
found: FOUND
name: NAME
any: ANY

RULE.3: /[A-Z][A-Z_]*[ \t]+[^\s=#][^=#\n]*=/
PIECE.2: /[A-Z][A-Z_]*[ \t]*=/
SETTING.2: /(use|over|under|every)\b[^#\n]*/
SECTION: /---+/
EXAMPLE.5: /(\n[ \t]*(#[^\n]*)?)*\n[ \t]+[✓✗][^\n]*/
_NEWLINE.4: /(\n[ \t]*(#[^\n]*)?)*\n(?=[^\s#])/
QUANTITY.2: /[?*+]|\{\d+(,\d+)?\}/
ANY: "."
AFTER: "after("
HOLDING: "holding("
AHEAD: /[&!]/
UNCUT: "-"
PROCLITIC: /[\u0621-\u064a]+\+/
TAG: /<[.+]?[^<>\s]+>/
WORD: /~?"[^"\n]+"/
CLASS: /~?@[\w-]+/
REGEX: /~?\/([^\/\n\\]|\\.)+\//
TEST: /%\w+/
FOUND: /\[[^\[\]\n]+\]/
NAME: /\^?[A-Z][A-Z_]*(:\([^()\n]*\))?/
%ignore /[ \t]+/
%ignore /#[^\n]*/
%ignore /(\n[ \t]*(#[^\n]*)?)*\n[ \t]+(?=[^\s#✓✗])/
%ignore /(\n[ \t]*(#[^\n]*)?)+\Z/
"""

# No repetition is longer: what one rule reads of a text is bounded, and all its rules take linear time.
LONGEST: Final = 99
_TYPES: Final = read_schema(GOLD_NAME).types
"""The rules are written in the types of the gold's schema."""
_QUANTITIES: Final = {"?": (0, 1), "*": (0, LONGEST), "+": (1, LONGEST)}
_WANTED: Final = {
    "RULE": "a rule", "PIECE": "a piece", "SETTING": "use, over, under or every word", "SECTION": "---",
    "EXAMPLE": "an example", "_NEWLINE": "a new line", "VBAR": "|", "RPAR": ")", "RBRACE": "}",
    "COMMA": ",",
    "QUANTITY": "? * + or {1,2}", "$END": "the end of the file",
}  # fmt: skip
# What an expression may begin with.
_OPENERS: Final = frozenset((
    "LPAR", "LBRACE", "AHEAD", "UNCUT", "PROCLITIC", "AFTER", "HOLDING", "ANY", "TAG", "WORD", "CLASS", "REGEX", "TEST",
    "FOUND", "NAME",
))  # fmt: skip


class Mark(NamedTuple):
    """An entity that an example marks: characters `start` to `end` of its text."""

    start: int
    end: int
    type: str


@dataclass(frozen=True)
class Example:
    """A text in a rules file with all its entities.

    `rule` is the rule above it, empty under a piece. `wanted`: the rule finds one of the marks; else it finds nothing.
    """

    file: str
    line: int
    rule: str
    wanted: bool
    text: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Rule:
    """A rule: the type and the name of what it finds, and which section of the file it stands in."""

    type: str
    name: str
    body: Expression
    section: int
    line: int


@dataclass(frozen=True)
class Piece:
    """A named expression; `file` and `line` say where it stands."""

    body: Expression
    file: str
    line: int


@dataclass
class RulesFile:
    """A file of rules, read."""

    name: str
    rules: list[Rule] = field(default_factory=list)
    pieces: dict[str, Piece] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)
    over: frozenset[str] = frozenset()
    under: frozenset[str] = frozenset()
    every: bool = False


@cache
def read_rules(name: str) -> RulesFile:
    """The rules file `name`, a path below `harness/runners/rules`, with the pieces of the files that it uses.

    Raises:
        InputError: a line cannot be read.
    """
    return parse(name, (files("harness.runners.rules") / name).read_text(encoding="utf-8"))


def parse(name: str, source: str) -> RulesFile:
    """`source` as a rules file of this `name`.

    Raises:
        InputError: a line cannot be read.
    """
    try:
        return _Reader(name).transform(_parser().parse(source.rstrip()))
    except VisitError as error:
        raise error.orig_exc from None
    except UnexpectedInput as error:
        raise InputError(_fault(name, source.rstrip(), error)) from None


@cache
def _parser() -> Lark:
    return Lark(_SYNTAX, parser="lalr")


def _fault(name: str, source: str, error: UnexpectedInput) -> str:
    """Where reading stopped, what stood there, and what could have stood there."""
    known = error.allowed if isinstance(error, UnexpectedCharacters) else None
    at = error.pos_in_stream
    if isinstance(error, UnexpectedToken):
        known = error.accepts or error.expected
        if error.token.type == "$END":
            at = None
    at = len(source) if at is None else at
    # A token may begin with the end of the line before.
    at += len(source[at:]) - len(source[at:].lstrip("\n"))
    line = source.count("\n", 0, at) + 1
    rest = source[at:].partition("\n")[0].strip()
    wanted = set(known or ())
    names = {_WANTED[terminal] for terminal in wanted - _OPENERS if terminal in _WANTED}
    names |= {"an expression"} if wanted & _OPENERS else set()
    return f"{name}:{line}: found {rest[:40] or 'the end of the file'}, wanted {' or '.join(sorted(names))}"


def _names(listed: str) -> frozenset[str]:
    return frozenset(name.strip() for name in listed.split(",") if name.strip())


class _Reader(Transformer[Token, RulesFile]):
    """The statements of one file as values."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._file = RulesFile(name)
        self._section = 0

    def _refuse(self, line: int | None, found: str, wanted: str) -> InputError:
        return InputError(f"{self._file.name}:{line}: found {found}, wanted {wanted}")

    def start(self, _: list[object]) -> RulesFile:
        return self._file

    def section(self, _: list[Token]) -> None:
        self._section += 1

    def setting(self, parts: list[Token]) -> None:
        word, _, rest = str(parts[0]).strip().partition(" ")
        names = _names(rest)
        if word == "use":
            for name in sorted(names):
                for key, piece in read_rules(name).pieces.items():
                    self._keep(key, piece)
        elif word == "every":
            if names != {"word"}:
                raise self._refuse(parts[0].line, str(parts[0]).strip(), "every word")
            self._file.every = True
        elif word == "over":
            self._file.over |= names
        else:
            self._file.under |= names

    def rule(self, parts: list[Any]) -> None:
        head, body, *examples = parts
        kind, _, name = head.rstrip("=").strip().partition(" ")
        name = name.strip()
        if kind not in _TYPES:
            raise self._refuse(head.line, f"the type {kind}", f"one of {', '.join(_TYPES)}")
        self._file.rules.append(Rule(kind, name, body, self._section, head.line))
        self._file.examples += [self._example(line, name, kind) for line in examples]

    def piece(self, parts: list[Any]) -> None:
        head, body, *examples = parts
        name = head.rstrip("=").strip()
        if name in _TYPES:
            raise self._refuse(head.line, f"a piece {name}", "another name, since this is a type")
        self._keep(name, Piece(body, self._file.name, head.line))
        self._file.examples += [self._example(line, "", "") for line in examples]

    def _keep(self, name: str, piece: Piece) -> None:
        known = self._file.pieces.setdefault(name, piece)
        if known is not piece:
            raise InputError(
                f"{piece.file}:{piece.line}: found a second piece {name}, wanted another name "
                f"than that in {known.file}:{known.line}"
            )

    def _example(self, line: Token, rule: str, kind: str) -> Example:
        """`✓ وصل [DATE يوم الخميس]` as a text and its marks; a mark without a type has that of the rule."""
        shown = line.rpartition("\n")[2].strip()
        sign, marked = shown[0], shown[1:].strip()
        text, marks, opened = "", [], []
        for part in re.findall(r"\[(?:[A-Z_]+ )?|\]|[^\[\]]+", marked):
            if part[0] == "[":
                opened.append((len(text), part[1:].strip() or kind))
            elif part != "]":
                text += part
            elif opened:
                start, type_ = opened.pop()
                marks.append(Mark(start, len(text), type_))
            else:
                raise self._refuse(line.end_line, "] without [", "marks such as [DATE يوم الخميس]")
        if opened or not text:
            raise self._refuse(
                line.end_line, "[ without ]" if opened else "no text", "an example such as ✓ يوم [الخميس]"
            )
        for unknown in (mark.type for mark in marks if mark.type not in _TYPES):
            fault = f"a mark of the type {unknown}" if unknown else "a mark without a type"
            raise self._refuse(line.end_line, fault, f"one of {', '.join(_TYPES)}")
        return Example(self._file.name, line.end_line or 0, rule, sign == "✓", text, tuple(sorted(marks)))

    def choice(self, parts: list[Expression]) -> Expression:
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def sequence(self, parts: list[Expression]) -> Expression:
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def ahead(self, parts: list[Any]) -> Expression:
        return Ahead(parts[1], parts[0] == "&")

    def repeat(self, parts: list[Any]) -> Expression:
        part, quantity = parts
        if quantity in _QUANTITIES:
            return Repeated(part, *_QUANTITIES[quantity])
        least, _, most = quantity.strip("{}").partition(",")
        if not 0 < int(most or least) <= LONGEST or int(least) > int(most or least):
            raise self._refuse(quantity.line, str(quantity), f"least,most of at most {LONGEST}")
        return Repeated(part, int(least), int(most or least))

    def bound(self, parts: list[Any]) -> Expression:
        return Bound(parts[1], "" if parts[0] == "-" else fold(parts[0].rstrip("+")))

    def mark(self, parts: list[Expression]) -> Expression:
        return Marked(parts[0])

    def after(self, parts: list[Any]) -> Expression:
        return After(parts[-1], parts[0].line)

    def holding(self, parts: list[Any]) -> Expression:
        return Holding(parts[1], parts[2])

    def tag(self, parts: list[Token]) -> Expression:
        name = parts[0][1:-1]
        if name.startswith("+"):
            return Term(name[1:], parts[0].line or 0)
        return Tagged(name.lstrip("."), name.startswith("."), parts[0].line or 0)

    def word(self, parts: list[Token]) -> Expression:
        stem = parts[0].startswith("~")
        folded = [fold(match.group()) or match.group() for match in tokens(parts[0].strip('~"'))]
        if not folded or (stem and len(folded) > 1):
            raise self._refuse(parts[0].line, str(parts[0]), "one word after ~" if folded else "a word")
        literals: list[Expression] = [Literal(frozenset({key}), stem) for key in folded]
        return self.sequence(literals)

    def class_(self, parts: list[Token]) -> Expression:
        name = parts[0].lstrip("~@")
        try:
            listed = word_class(name)
        except KeyError:
            listed = frozenset()
        if not listed:
            raise self._refuse(parts[0].line, f"the class @{name}", "one of lexicon/closed.tsv")
        return Literal(listed, parts[0].startswith("~"))

    def regex(self, parts: list[Token]) -> Expression:
        try:
            pattern = re.compile(parts[0].lstrip("~")[1:-1])
        except re.error as error:
            raise self._refuse(parts[0].line, f"{parts[0]} ({error})", "a regular expression") from None
        if pattern.fullmatch(""):
            raise self._refuse(parts[0].line, f"{parts[0]}, which takes no letter", "a pattern of a word")
        return Pattern(pattern, parts[0].startswith("~"))

    def test(self, parts: list[Token]) -> Expression:
        return Tested(parts[0][1:], parts[0].line or 0)

    def found(self, parts: list[Token]) -> Expression:
        types, _, rules = parts[0][1:-1].partition(":")
        unknown = sorted(set(types.split()) - set(_TYPES))
        if unknown or not types.split():
            raise self._refuse(parts[0].line, f"the type {' '.join(unknown)}", f"one of {', '.join(_TYPES)}")
        return Known(frozenset(types.split()), _names(rules))

    def name(self, parts: list[Token]) -> Expression:
        name, _, rules = parts[0].lstrip("^").rstrip(")").partition(":(")
        if name in _TYPES:
            return OfType(name, _names(rules), parts[0].startswith("^"), parts[0].line or 0)
        if name != parts[0]:
            raise self._refuse(parts[0].line, str(parts[0]), "a type, for ^ and :() to be used")
        return Named(name, parts[0].line or 0)

    def any(self, _: list[Token]) -> Expression:
        return AnyWord()
