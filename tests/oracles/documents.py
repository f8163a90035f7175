"""Seeded random Arabic documents, dense in whatever makes boundaries hard, with gold and predicted annotations.

They are no language: tokens and joints are thrown together, so that short texts hold many cases of the definitions.
Mentions nest, cross and repeat; two types stand on one span; spans begin and end inside words, on marks and on
punctuation.
"""

from collections.abc import Sequence
from random import Random

from harness.data.types import Annotation, Claim, Document, Entity, Sentence, Span
from tests.oracles.boundaries import trimmed, widened
from tests.oracles.brute import Case
from tests.schemas import CERTAINTIES, POLARITIES, QUOTES, SENTENCE_LABELS, said

TYPES = ("PERS", "ORG", "GPE")
TOKENS = (
    *("مصر", "القاهرة", "بكين", "لبنان", "ليبيا", "فرنسا", "كوبا", "سوريا", "وزير", "الخارجية", "محمد", "بن", "سلمان"),
    *("وبمصر", "للقاهرة", "ولمصر", "والوزير", "بالبيت", "سيقول", "قال", "أن", "إن", "في", "كتاب", "وكالة", "رويترز"),
    *("و", "ب", "ك", "ال", "لـ", "بـ", "وبـ", "ولـمصر", "مـصـر", "مِصْرَ", "وَبِمِصرَ", "مُحَمَّد", "فيسبوك", "EU", "iPhone", "B"),
    *("19", "3", "٢٠٢٤", "50%", "٥٠٪", "%", "$", "3.5", "2-1", "COVID-19", "١٫٥", "5G"),
)
SPACES = (*" " * 6, "  ", "\u00a0", "\n", "\n\n", "\n \n", "\t")
INVISIBLE = "\u200b\u200f\u200e\u200c\u200d\u2067\u2069\u2068\u00ad\ufeff\u061c\ufe0f"
JOINTS = (
    *"-–—\u2010/\\.…۔·،؛؟:!'’‘_&@+\"«»“”„‹›()[]{}ـَ",
    *INVISIBLE,
    *["...", "!؟", '«"', '"»', "»،", ".»", "».", '",', "()", "[]", "(«", "»)", "-«", "َ-"],
    *(" () ", "( )", ") ", " (", " [", " - ", " – ", " / ", " . ", " «", "» ", ' "', '" ', "، ", ". ", ".\n", " … "),
    *(" ' ", "-\u200f", "\u200f-", ".\u200b", ""),
)


def text_of(random: Random, length: int) -> str:
    """Tokens with a space, a joint or several between them."""
    parts = [random.choice(("", "", "«", "(", '"', "\u200f", "- ", "\n"))]
    for _ in range(length):
        parts.append(random.choice(TOKENS))
        drawn = random.random()
        if drawn < 0.5:
            parts.append(random.choice(SPACES))
        elif drawn < 0.85:
            parts.append(random.choice(JOINTS))
        else:
            parts += [random.choice(JOINTS), random.choice(SPACES + JOINTS), random.choice(("", *JOINTS))]
    for opening, closing in random.choices(("()", "[]", "«»", '""', "()"), k=random.choice((0, 0, 1, 2))):
        first = random.randrange(len(parts))
        parts[first] = opening + parts[first]
        last = min(len(parts) - 1, first + random.randint(0, 6))
        parts[last] += closing
    return "".join(parts)


def edges_of(text: str) -> list[int]:
    """Offsets where the kind of character changes: the places where spans usually begin and end."""
    return [i for i in range(len(text) + 1) if i in (0, len(text)) or text[i - 1].isalnum() != text[i].isalnum()]


def span_of(random: Random, text: str, longest: int) -> Span:
    """A span of up to so many stretches, sometimes from anywhere to anywhere."""
    edges = edges_of(text)
    first = random.randrange(len(edges) - 1)
    start, end = edges[first], edges[min(len(edges) - 1, first + random.randint(1, longest))]
    return moved(random, text, Span(start, end)) if random.random() < 0.3 else Span(start, end)


def moved(random: Random, text: str, span: Span) -> Span:
    """The span with one or both ends a little elsewhere, never empty."""
    start = min(max(0, span.start + random.choice((0, 0, -2, -1, 1, 1, 2, 3))), len(text) - 1)
    end = min(len(text), max(start + 1, span.end + random.choice((0, 0, -3, -2, -1, 1, 1, 2))))
    return Span(start, end)


def stretched(random: Random, text: str, span: Span) -> Span:
    """The span with one end some stretches further out or in."""
    edges = edges_of(text)
    outer = [Span(edge, span.end) for edge in edges if edge < span.end]
    outer += [Span(span.start, edge) for edge in edges if edge > span.start]
    return min(
        random.sample(outer, k=min(len(outer), 4)), key=lambda other: abs(len(range(*other)) - len(range(*span)))
    )


def entities_of(random: Random, text: str, number: int) -> tuple[Entity, ...]:
    """Gold mentions: some nested or crossing, some with a second type."""
    found: list[Entity] = []
    while len(found) < number:
        if found and random.random() < 0.4:
            other = random.choice(found)
            span = moved(random, text, Span(other.start, other.end))
        else:
            span = span_of(random, text, 5)
        found.append(Entity(*span, random.choice(TYPES)))
        if random.random() < 0.15:
            found.append(Entity(*span, random.choice(TYPES)))
    return tuple(dict.fromkeys(found))


def answered_entities(random: Random, text: str, gold: Sequence[Entity]) -> tuple[Entity, ...]:
    """Predicted mentions: gold kept, moved, retyped or dropped, and others; some twice."""
    found = []
    for mention in gold:
        drawn = random.random()
        if drawn < 0.4:
            found.append(mention)
        elif drawn < 0.65:
            found.append(Entity(*moved(random, text, Span(mention.start, mention.end)), mention.type))
        elif drawn < 0.8:
            found.append(Entity(mention.start, mention.end, random.choice(TYPES)))
    found += entities_of(random, text, random.choice((0, 0, 1, 1, 2, 4)))
    found += random.sample(found, k=min(len(found), random.choice((0, 0, 1))))
    random.shuffle(found)
    return tuple(found)


def claim_of(random: Random, text: str) -> Claim:
    """A claim with all its attributes."""
    return Claim(
        content=span_of(random, text, 14),
        cue=span_of(random, text, 2),
        source=span_of(random, text, 4) if random.random() < 0.7 else None,
        speaker=random.choice(("محمد", "الوزير", "رويترز")),
        attributes=said(random.choice(QUOTES), random.choice(POLARITIES), random.choice(CERTAINTIES)),
    )


def answered_claims(random: Random, text: str, gold: Sequence[Claim], number: int) -> tuple[Claim, ...]:
    """Predicted claims: pieces of gold ones mixed with others, so that several pairings are equally good."""
    found: list[Claim] = []
    gold = random.choice((gold, gold[:1]))
    for _ in range(number):
        base, other = (random.choice(gold) if gold else claim_of(random, text) for _ in range(2))
        new = claim_of(random, text)
        near = random.choice((moved, stretched, stretched))(random, text, base.content)
        content = random.choice((base.content, near, near, new.content))
        cue = random.choice((base.cue, other.cue, new.cue))
        source = random.choice((base.source, other.source, new.source, None))
        speaker = random.choice((base.speaker, new.speaker))
        quote = random.choice((base.attributes.get("quote"), new.attributes.get("quote"), None))
        polarity = random.choice((base.attributes.get("polarity"), new.attributes.get("polarity")))
        attributes = said(quote, polarity, base.attributes.get("certainty"))
        found.append(Claim(content, cue, source, speaker, attributes))
    return tuple(found)


def sentences_of(random: Random, text: str, gold: Sequence[Sentence] = ()) -> tuple[Sentence, ...]:
    """Sentences with labels that stay different in word view."""
    found: dict[tuple[int, int], Sentence] = {}
    for _ in range(random.randint(0, 5)):
        span = span_of(random, text, 8)
        if gold and random.random() < 0.7:
            chosen = random.choice(gold)
            span = random.choice((Span(chosen.start, chosen.end), moved(random, text, Span(chosen.start, chosen.end))))
        found.setdefault(widened(text, trimmed(text, *span)), Sentence(*span, random.choice(SENTENCE_LABELS)))
    return tuple(found.values())


def case_of(random: Random, name: str, *, whole: bool = False) -> Case:
    """A document with gold and predictions; unless `whole`, layers and the prediction may be missing."""
    text = text_of(random, random.randint(3, 16))
    gold_entities = entities_of(random, text, random.choice((0, 2, 3, 4, 5, 6)))
    crowd = random.choice((0, 1, 2, 2, 3, 4))
    gold_claims = tuple(claim_of(random, text) for _ in range(crowd))
    if len(gold_claims) > 1 and random.random() < 0.5:
        first, second, *others = gold_claims
        content = random.choice((first.content, stretched(random, text, first.content)))
        shared = Claim(content, second.cue, second.source, second.speaker, second.attributes)
        gold_claims = (first, shared, *others)
    gold_sentences = sentences_of(random, text)

    def kept(share: float) -> bool:
        return whole or random.random() >= share

    gold = Annotation(
        entities=gold_entities if kept(0.05) else None,
        claims=gold_claims if kept(0.05) else None,
        sentences=gold_sentences if kept(0.05) else None,
    )
    predicted = Annotation(
        entities=answered_entities(random, text, gold_entities) if kept(0.03) else None,
        claims=answered_claims(random, text, gold_claims, random.choice((0, 1, 2, 3, 4))) if kept(0.03) else None,
        sentences=sentences_of(random, text, gold_sentences) if kept(0.03) else None,
    )
    return Case(Document(name, text), gold, predicted if kept(0.03) else None)


def cases(seed: int, number: int, *, whole: bool = False) -> list[Case]:
    """So many documents, the same for the same seed."""
    random = Random(seed)
    return [case_of(random, f"{seed}-{i}", whole=whole) for i in range(number)]
