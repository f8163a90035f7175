from collections.abc import Sequence

from harness.data.types import Claim, Entity, Span
from harness.runners.transformer.joint.speakers import name_speakers
from tests.runners.transformer.joint.marked import SCHEMA


def speakers(
    text: str, claims: Sequence[tuple[str, str | None]], entities: Sequence[tuple[str, str]]
) -> list[str | None]:
    """The speakers of claims, each given by the words of its cue and its source."""

    def span(words: str, start: int = 0) -> Span:
        at = text.index(words, start)
        return Span(at, at + len(words))

    found, start = [], 0
    for cue, source in claims:
        where = span(cue, start)
        start = where.end
        found.append(Claim(Span(len(text) - 1, len(text)), where, source and span(source, start)))  # type: ignore[arg-type]
    mentions, after = [], 0
    for words, kind in entities:
        where = span(words, after)
        after = where.end
        mentions.append(Entity(*where, kind))
    return [claim.speaker for claim in name_speakers(text, found, mentions, SCHEMA)]


def test_persons_whom_a_conjunction_joins_speak_together() -> None:
    text = "قال وزير النفط سامي عادل وزميله رامي نور إن السوق مفتوح"
    entities = [("وزير النفط", "OCC"), ("سامي عادل", "PERS"), ("رامي نور", "PERS")]
    assert speakers(text, [("قال", "وزير النفط سامي عادل وزميله رامي نور")], entities) == ["سامي عادل ورامي نور"]


def test_of_persons_without_a_conjunction_the_first_speaks() -> None:
    text = "قال سامي عادل نجل رامي نور إن السوق مفتوح"
    entities = [("سامي عادل", "PERS"), ("رامي نور", "PERS")]
    assert speakers(text, [("قال", "سامي عادل نجل رامي نور")], entities) == ["سامي عادل"]


def test_bodies_and_places_may_speak_together() -> None:
    text = "قالت كندا والبرازيل إن السوق مفتوح"
    assert speakers(text, [("قالت", "كندا والبرازيل")], [("كندا", "GPE"), ("البرازيل", "GPE")]) == ["كندا والبرازيل"]


def test_a_speaker_bears_the_fullest_form_of_the_name() -> None:
    text = "وصل سامي نور عادل أمس. قال عادل إن السوق مفتوح"
    assert speakers(text, [("قال", "عادل")], [("سامي نور عادل", "PERS"), ("عادل", "PERS")]) == ["سامي نور عادل"]
    text = "قال عادل إن السوق مفتوح ووصل سامي عادل"
    assert speakers(text, [("قال", "عادل")], [("عادل", "PERS"), ("سامي عادل", "PERS")]) == ["سامي عادل"]


def test_an_office_stands_for_its_holder() -> None:
    text = "وصل مدير البنك سامي عادل أمس. وقال مدير البنك إن السوق مفتوح"
    assert speakers(text, [("وقال", "مدير البنك")], [("مدير البنك", "OCC"), ("سامي عادل", "PERS")]) == ["سامي عادل"]
    assert speakers("وقال مدير البنك إن", [("وقال", "مدير البنك")], [("مدير البنك", "OCC")]) == ["مدير البنك"]


def test_a_body_speaks_where_the_source_begins_with_it() -> None:
    text = "قالت شركة النور في بيان إن السوق مفتوح"
    assert speakers(text, [("قالت", "شركة النور في بيان")], [("شركة النور", "ORG")]) == ["شركة النور"]
    text = "قال مصدر في شركة النور إن السوق مفتوح"
    assert speakers(text, [("قال", "مصدر في شركة النور")], [("شركة النور", "ORG")]) == ["مصدر في شركة النور"]


def test_a_cue_without_a_source_is_that_of_the_last_speaker() -> None:
    text = "قالت ليلى إن المطر قريب وأضافت أن البرد شديد ورد سامي بأن الجو جميل وتابع أنه ربيع"
    claims = [("قالت", "ليلى"), ("وأضافت", None), ("ورد", "سامي"), ("وتابع", None)]
    expected = ["ليلى", "ليلى", "سامي", "سامي"]
    assert speakers(text, claims, [("ليلى", "PERS"), ("سامي", "PERS")]) == expected


def test_where_nobody_has_spoken_the_last_name_before_the_cue_speaks() -> None:
    text = "وصلت ليلى ثم سامي إلى دبي وأكدت أن المطر قريب"
    entities = [("ليلى", "PERS"), ("سامي", "PERS"), ("دبي", "GPE")]
    assert speakers(text, [("وأكدت", None)], entities) == ["سامي"]
    assert speakers(text, [("وأكدت", None)], entities[2:]) == ["دبي"]
    assert speakers(text, [("وأكدت", None)], []) == [None]


def test_a_body_is_no_person_who_shares_its_words() -> None:
    text = "صدرت النور أمس وأكدت أن المطر قريب ثم كتب سامي النور"
    assert speakers(text, [("وأكدت", None)], [("النور", "ORG"), ("سامي النور", "PERS")]) == ["النور"]


def test_claims_keep_their_order_when_cues_have_another() -> None:
    text = "قالت ليلى وأضافت."
    first = Claim(Span(16, 17), Span(10, 16))
    second = Claim(Span(16, 17), Span(0, 4), Span(5, 9))
    assert [claim.cue.start for claim in name_speakers(text, [first, second], [], SCHEMA)] == [10, 0]
    assert [claim.speaker for claim in name_speakers(text, [first, second], [], SCHEMA)] == ["ليلى", "ليلى"]
