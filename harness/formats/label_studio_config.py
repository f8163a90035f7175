"""The labelling interface of a Label Studio project, as its XML, and how a project is set up with it."""

import colorsys
import re
from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import quoteattr

from harness.data.jsonl import shown
from harness.data.schema import Description, Schema
from harness.data.types import InputError
from harness.formats.export import Export
from harness.formats.label_studio_regions import NOTE, RULE, WHOLE
from harness.formats.marks import SPEAKER, Marking

TEXT: Final = "text"
LABEL: Final = "label"
RELATIONS: Final = "relations"
"""Names of the controls; those of attributes are the attributes' own."""

# Keys that the editor takes for nothing else; labels behind the last of them are chosen with the mouse.
_HOTKEYS: Final = "1234567890qwetasdfgzxcvbyiopjklnm"
_GROUP: Final = "flex-basis: 100%; display: flex; flex-wrap: wrap; align-items: center;"
_PER_REGION: Final = 'perRegion="true"'
_GOLDEN_ANGLE: Final = 0.381966
_VARIABLE: Final = re.compile(r"\$[\w\[\].{}]")
# White space is shown as it is, so that a region shows what it covers: the text is in .htx-text in old editors, and in
# .lsf-htx-richtext today. A label that hangs on a word is Latin, and reorders Arabic words about it if not isolated.
_STYLE: Final = """
    .htx-text, .lsf-htx-richtext { direction: rtl; text-align: right; white-space: pre-wrap; }
    .htx-text, .lsf-htx-richtext, .lsf-richtext__line { font-size: 18px; line-height: 2.2; }
    .htx-highlight[data-label]::after { direction: ltr; unicode-bidi: isolate; }
    .marks { position: sticky; top: 0; z-index: 2; background: var(--color-neutral-background, white); }
  """
_PARTS: Final = (
    ("content", Description("What is claimed, without the word that introduces it", "مضمون القول دون ما يقدّمه")),
    ("cue", Description("The word that says that something is said", "اللفظ الدال على القول")),
    ("source", Description("Who says it, as the text has it", "القائل كما ورد في النص")),
)
_HEADS: Final = {
    "entities": "Mentions — الكيانات",
    "claims": "Claims — الأقوال",
    "sentences": "Sentences — الجمل",
}


def config_of(schema: Schema, marking: Marking, granularity: str) -> str:
    """The labelling configuration of a schema.

    One set of labels for all, so that a region has one label and another replaces it; relations; and for the
    selected region the attributes and the speaker if it is the content of a claim, and the rule and reason of a change.

    Raises:
        InputError: two things have one label, or a name means something else to Label Studio.
    """
    marking.check(schema)
    own = {TEXT, LABEL, RELATIONS, RULE, NOTE, WHOLE + RULE, WHOLE + NOTE}
    clash = next((name for name in schema.attributes if name in own), None)
    if clash is not None:
        raise InputError(
            f"{schema.label}: attributes: found {shown(clash)}, wanted another name than {', '.join(sorted(own))}"
        )
    if "," in marking.content:
        raise InputError(f"format.marking.content: found {shown(marking.content)}, wanted a label without a comma")
    lines = [
        '<View style="direction: rtl; text-align: right;">',
        f"  <Style>{_STYLE}</Style>",
        '  <View className="marks">',
        f'    <Labels name="{LABEL}" toName="{TEXT}" choice="single">',
        *_labels(schema, marking),
        "    </Labels>",
        "  </View>",
        f'  <Text name="{TEXT}" value="$text" granularity={quoteattr(granularity)} saveTextResult="yes"/>',
    ]
    if "claims" in schema.layers:
        lines += [
            f'  <Relations name="{RELATIONS}">',
            f"    <Relation value={_quoted(marking.cue_link)}/>",
            f"    <Relation value={_quoted(marking.source_link)}/>",
            "  </Relations>",
            *_claims(schema, marking),
        ]
    lines += [
        '  <View visibleWhen="region-selected">',
        *_area(RULE, "Rule of a change — القاعدة التي يستند إليها التعديل", _PER_REGION),
        *_area(NOTE, "Reason of a change — سبب التعديل", _PER_REGION),
        "  </View>",
        *_area(WHOLE + RULE, "Rule of what was deleted — القاعدة التي يستند إليها الحذف"),
        *_area(WHOLE + NOTE, "Reason of what was deleted — سبب الحذف"),
        "</View>",
    ]
    return "\n".join(lines) + "\n"


def _labels(schema: Schema, marking: Marking) -> Iterator[str]:
    """All labels under the heads of their layers, each with a colour and a key of its own."""
    groups = {
        "entities": [(name, schema.describe("types", name)) for name in schema.types],
        "claims": [(getattr(marking, role), description) for role, description in _PARTS],
        "sentences": [(name, schema.describe("sentence_labels", name)) for name in schema.sentence_labels],
    }
    number = 0
    for layer, labels in groups.items():
        if layer not in schema.layers:
            continue
        yield f'      <View style="{_GROUP}">'
        yield f'        <Header value={quoteattr(_HEADS[layer])} size="6"/>'
        for name, description in labels:
            key = f' hotkey="{_HOTKEYS[number]}"' if number < len(_HOTKEYS) else ""
            background = colour(number, is_pale=layer == "sentences")
            yield f'        <Label value={_quoted(name)} background="{background}"{key}{_hint(description)}/>'
            number += 1
        yield "      </View>"


def _claims(schema: Schema, marking: Marking) -> Iterator[str]:
    """What is said of the content of a claim."""
    content = _quoted(marking.content)
    when = f'{_PER_REGION} whenTagName="{LABEL}" whenLabelValue={content}'
    yield f'  <View visibleWhen="region-selected" whenTagName="{LABEL}" whenLabelValue={content}>'
    for name, values in schema.attributes.items():
        yield f'    <Header value={quoteattr(_both(name, schema.describe("attributes", name)))} size="6"/>'
        yield f'    <Choices name={_quoted(name)} toName="{TEXT}" choice="single" showInline="true" {when}>'
        for value in values:
            # No alias: where there is one it is written in the place of the value.
            yield f"      <Choice value={_quoted(value)}{_hint(schema.describe('attributes', name, value))}/>"
        yield "    </Choices>"
    yield from _area(SPEAKER, "Speaker, by the fullest name in the text — المتحدث بأتم اسم له في النص", when)
    yield "  </View>"


def _area(name: str, head: str, when: str = 'perRegion="false"') -> Iterator[str]:
    yield f'    <Header value={quoteattr(head)} size="6"/>'
    yield (
        f'    <TextArea name="{name}" toName="{TEXT}" {when} editable="true" maxSubmissions="1" '
        f"placeholder={quoteattr(head)}/>"
    )


def colour(number: int, is_pale: bool = False) -> str:
    """The colour of the label of that number, none like another: hues a golden angle apart, in three shades.

    Pale ones are for what covers all of a text.
    """
    lightness = 0.85 if is_pale else (0.42, 0.34, 0.5)[number % 3]
    channels = colorsys.hls_to_rgb(number * _GOLDEN_ANGLE % 1, lightness, 0.7)
    return f"#{''.join(f'{round(channel * 255):02x}' for channel in channels)}"


def _both(name: str, description: Description) -> str:
    return " — ".join(part for part in (name, *description) if part)


def _hint(description: Description) -> str:
    both = _both("", description)
    return f" hint={quoteattr(both)}" if both else ""


def _quoted(text: str) -> str:
    """A name as the value of an attribute."""
    if _VARIABLE.search(text):
        raise InputError(
            f"format=label_studio: found {shown(text)}, wanted no name with $: it stands for a key of the data"
        )
    return quoteattr(text)


def guide_of(export: Export) -> str:
    """How a project is set up with the files, what people see there, and how their work comes back."""
    if export.system is None:
        what, work = "annotations", "Open a task, change its annotation, and press Update."
    else:
        what = f"predictions of {export.system}"
        work = (
            f"Under Settings → Annotation, let tasks be prelabelled with predictions, and pick {export.system}. Open a "
            "task, change what is suggested, and press Submit."
        )
    return f"""# {export.name} in Label Studio

{len(export.examples)} tasks with {what}, for the schema {export.schema.label}.

1. Create a project. Under Labeling Setup choose Custom template, open Code, and put in the whole of `config.xml`.
2. Under Data Import upload `tasks.json`; later the button Import of the project does the same.
3. {work}
4. Export the project as JSON. JSON_MIN and CSV have no relations, and so no claims; suggestions that nobody took are in
   snapshots alone.

What there is to know for annotators:

- Text is selected letter by letter, so that a name can be marked without the particle that is written onto it.
- A claim is a Content with the relation `cue` to its Cue and, if the text has one, `source` to its Source. Select the
  Content to say who speaks, and what the attributes of the claim are.
- Select a region that you changed or added to give the rule and the reason. What was deleted has no region: its rule
  and reason stand below the text.

The export is read back with `dataset=label_studio dataset.path=EXPORT.json`.
"""
