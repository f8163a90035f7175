"""The generator of spellings changes how a text is typed, and carries the gold along."""

import pytest

from harness.data.types import Span
from tests.samples import EXAMPLES
from tests.spelling import RESPELLINGS, respell, respell_example

TEXT = 'قالت الأمم المتحدة في بكين "لن" نؤجل 250 شيئا مهما لكن إلى غد وقف ه ف ن.\nكان علي في القاهرة'


@pytest.mark.parametrize("name", RESPELLINGS)
def test_every_spelling_changes_the_text_and_says_how(name: str) -> None:
    rewrite = respell(TEXT, name)
    assert rewrite.target != TEXT
    assert respell(TEXT, name) == rewrite
    for edit in rewrite.edits:
        assert TEXT[edit.start : edit.end] != edit.replacement


@pytest.mark.parametrize("name", RESPELLINGS)
def test_gold_goes_along(name: str) -> None:
    for example in EXAMPLES:
        typed = respell_example(example, name)
        back = respell(example.document.text, name)
        for before, after in zip(example.gold.entities or (), typed.gold.entities or (), strict=True):
            letters = example.document.text[before.start : before.end]
            assert example.document.text[slice(*back.back(Span(*after[:2])))].strip() == letters
        assert len(typed.gold.claims or ()) == len(example.gold.claims or ())
        assert len(typed.gold.sentences or ()) == len(example.gold.sentences or ())


def test_presentation_forms_join_as_letters_do() -> None:
    assert respell("لبنان بيت", "presentation forms").target == "ﻟﺒﻨﺎﻥ ﺑﻴﺖ"
    assert respell("الله لا", "presentation forms with ligatures").target == "ﷲ ﻻ"
    assert respell("باب", "isolated forms").target == "ﺏﺍﺏ"
