"""`harness curate task=review`: one file with the texts, the items and the script in it, that asks no network."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from harness.curate.release import GOLD, SPEAKERS
from harness.curate.review.shown import chosen, shown_items
from harness.curate.reviews import Reviewed, open_reviewed
from harness.curate.verdicts import check_reviewer
from harness.data.files import read_json
from harness.data.jsonl import FieldError
from harness.data.types import InputError
from harness.datasets.gold import GoldStandard
from harness.show.formats import counted
from harness.show.terminal import isolate, say

if TYPE_CHECKING:
    from jinja2 import Template

_HERE: Final = Path(__file__).parent
_SCRIPTS: Final = ("dom.js", "text.js", "store.js", "editor.js", "review.js")


def write_page(
    gold: GoldStandard, reviewer: str | None, documents: Sequence[str], suggestions: Path | None, out: Path | None
) -> int:
    """Write the page `review-NAME.html` into the folder `out`, by default the working one; the exit code.

    Raises:
        InputError: the reviewer has no name, there is nothing to review, or a file is malformed.
    """
    if reviewer is None:
        raise InputError("reviewer: found null, wanted the name of whoever reviews")
    try:
        check_reviewer(reviewer)
    except FieldError as error:
        raise InputError(str(error)) from None
    reviewed = open_reviewed(gold)
    data = page_data(reviewed, gold.folder, reviewer, documents, suggestions)
    folder = out or Path()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"review-{reviewer}.html"
    path.write_text(page(data), encoding="utf-8")
    states = [item["state"] for item in data["items"]]
    counts = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    say(f"{isolate(str(path))}: {counted(len(states), 'item')} ({counts})")
    say(f"what the page saves, review-{reviewer}.jsonl, is taken up by: harness curate import review=FILE")
    return 0


def page_data(
    reviewed: Reviewed, folder: Path, reviewer: str, documents: Sequence[str] = (), suggestions: Path | None = None
) -> dict[str, Any]:
    """What the script of the page reads.

    Raises:
        InputError: a document is none of the version, or a file is malformed.
    """
    names = chosen(reviewed, documents)
    passes, items = shown_items(reviewed, folder, suggestions)
    schema, speakers = reviewed.schema, folder / SPEAKERS
    # Without gold it is for the reviewer to decide what only some passes have, and why.
    decided = (folder / GOLD).is_file()
    # The names of types, labels and values in Arabic, where the schema has them.
    named = {path[-1]: description.ar for path, description in schema.descriptions.items() if description.ar}
    return {
        "name": reviewed.name,
        "reviewer": reviewer,
        "sha256": reviewed.sha256,
        "layers": list(schema.layers),
        "types": list(schema.types),
        "labels": list(schema.sentence_labels),
        "attributes": {name: list(values) for name, values in schema.attributes.items()},
        "named": named,
        "speakers": list(read_json(speakers)) if speakers.is_file() else [],
        "rules": {name: rule._asdict() for name, rule in reviewed.rules.items()},
        "passes": passes,
        "decided": decided,
        "texts": {name: reviewed.documents[name].text for name in names},
        "items": [item.record() for item in items if item.document in set(names)],
    }


def page(data: Mapping[str, Any]) -> str:
    """The whole file; its policy allows nothing but its own style and script."""
    script = "(() => {\n" + "".join((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS) + "})();\n"
    style = (_HERE / "review.css").read_text(encoding="utf-8")
    values = {
        "name": data["name"],
        "reviewer": data["reviewer"],
        "style": Markup(style),  # noqa: S704 -- our own file
        "style_hash": _digest(style),
        "script": Markup(script),  # noqa: S704 -- our own files
        "script_hash": _digest(script),
        "data": Markup(_inert(data)),  # noqa: S704 -- without a character that HTML knows
    }
    return _template().render(values)


def _inert(data: Mapping[str, Any]) -> str:
    """`data` as JSON in which no character can end the element that holds it."""
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        written = written.replace(char, f"\\u{ord(char):04x}")
    return written


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("page.html")
