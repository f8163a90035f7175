"""What goes out: templates, names and their descriptions, examples, sentences."""

import shutil
from pathlib import Path

import pytest
import yaml

from harness.arabic.segment import sentences
from harness.data.files import resource
from harness.data.schema import Description, Schema, read_schema
from harness.data.types import LAYERS, Annotation, Claim, Document, Entity, InputError, Sentence, Span
from harness.runners.llm.answers import answer_format, parse_answer
from harness.runners.llm.chunks import Chunk, chunks
from harness.runners.llm.fewshot import Shot
from harness.runners.llm.placing import place
from harness.runners.llm.prompts import read_prompt, read_template

GOLD = read_schema("gold")
SHIPPED = sorted(path.stem for path in (resource("conf") / "prompt").iterdir())
TEXT = "التقى زيد عمراً في دمشق. قال عمرو إن اللقاء ناجح."
(CHUNK,) = chunks(Document("a", TEXT), 1000)
SHOT = Shot(
    Document("shot", TEXT),
    Annotation(
        (Entity(6, 9, "PERS"), Entity(19, 23, "GPE")),
        (Claim(Span(37, 48), Span(25, 28), Span(29, 33), "عمرو", {"polarity": "affirms"}),),
        (Sentence(0, 24, "UFS"), Sentence(25, 49, "CFS")),
    ),
    "shots.jsonl",
)


def written(folder: Path, **parts: object) -> str:
    path = folder / "own.yaml"
    plain = {
        "name": "own",
        "version": 2,
        "language": "en",
        "system": "Mark {{ layers | join(', ') }}.",
        "user": "{{ text }}",
    }
    path.write_text(yaml.safe_dump({**plain, **parts}, allow_unicode=True), encoding="utf-8")
    return str(path)


def test_the_prompts_that_ship_are_named_by_their_files() -> None:
    assert SHIPPED == ["ar", "en"]
    for name in SHIPPED:
        template = read_template(name)
        assert (template.name, template.language) == (name, name)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_prompt_says_what_every_name_means(name: str) -> None:
    system = read_prompt(name, GOLD, LAYERS).messages(CHUNK)[0]["content"]
    for path, said in GOLD.descriptions.items():
        assert path[-1] in system
        assert (said.en if name == "en" else said.ar) in system


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("layer", LAYERS)
def test_a_prompt_speaks_of_the_layers_that_are_asked_for_alone(name: str, layer: str) -> None:
    prompt = read_prompt(name, GOLD, [layer])
    assert prompt.layers == (layer,)
    for other in LAYERS:
        assert (f'"{other}":' in prompt.system) == (other == layer)
    assert ("GPE" in prompt.system) == (layer == "entities")
    assert ("polarity" in prompt.system) == (layer == "claims")
    assert ("CFS" in prompt.system) == (layer == "sentences")
    assert ('"quote"' in prompt.system) == (layer != "sentences")
    for key in answer_format(GOLD, [layer])["properties"][layer]["items"]["properties"]:
        assert f'"{key}"' in prompt.system


@pytest.mark.parametrize("name", SHIPPED)
def test_nested_mentions_are_asked_for_where_they_are_annotated(name: str) -> None:
    nested = Schema("a", types=("X",), layers=("entities",))
    flat = Schema("a", types=("X",), layers=("entities",), nesting="outermost")
    prompts = [read_prompt(name, schema, LAYERS) for schema in (nested, flat)]
    assert prompts[0].system != prompts[1].system
    assert prompts[0].layers == prompts[1].layers == ("entities",)
    assert "\n- X\n" in prompts[0].system + "\n"


def test_a_description_in_the_other_language_is_better_than_none() -> None:
    said: dict[tuple[str, ...], Description] = {
        ("types", "A"): Description("only English", ""),
        ("types", "B"): Description("", "بالعربية"),
    }
    schema = Schema("a", types=("A", "B", "C"), layers=("entities",), descriptions=said)
    for name in SHIPPED:
        lines = read_prompt(name, schema, LAYERS).system.splitlines()
        assert {"- A: only English", "- B: بالعربية", "- C"} <= set(lines)


def test_a_request_has_the_task_the_examples_and_the_question() -> None:
    messages = read_prompt("en", GOLD, LAYERS, [SHOT]).messages(CHUNK)
    assert [message["role"] for message in messages] == ["system", "user", "assistant", "user"]
    assert messages[1]["content"] == messages[3]["content"] == CHUNK.text
    assert all(message["content"] == message["content"].strip() for message in messages)


def test_the_answer_of_an_example_is_in_the_form_that_is_asked_for() -> None:
    answer = read_prompt("en", GOLD, LAYERS, [SHOT]).messages(CHUNK)[2]["content"]
    placed = place(CHUNK, parse_answer(answer), GOLD)
    assert placed.annotation == SHOT.annotation
    jsonschema = pytest.importorskip("jsonschema")
    whole = Shot(SHOT.document, Annotation(SHOT.annotation.entities, (), SHOT.annotation.sentences))
    jsonschema.validate(yaml.safe_load(whole.answer(GOLD, LAYERS)), answer_format(GOLD, LAYERS))


def test_a_prompt_without_a_system_text_has_no_such_message(tmp_path: Path) -> None:
    prompt = read_prompt(written(tmp_path, system=" ", user="Mark:\n{{ text }}"), GOLD, LAYERS)
    assert prompt.messages(CHUNK) == [{"role": "user", "content": f"Mark:\n{CHUNK.text}"}]


def test_a_text_is_no_template() -> None:
    text = "{{ 7 * 7 }} {% raw %} {# نعم #}."
    (chunk,) = chunks(Document("a", text), 1000)
    assert read_prompt("en", GOLD, LAYERS).messages(chunk)[-1]["content"] == f"[1] {text}"


def test_the_hash_tells_apart_all_that_goes_out(tmp_path: Path) -> None:
    described = Schema("a", types=("A",), layers=("entities",), descriptions={("types", "A"): Description("x")})
    plain = Schema("a", types=("A",), layers=("entities",))
    other = Shot(Document("b", "نعم."), Annotation((), (), ()))
    prompts = [
        read_prompt("en", GOLD, LAYERS),
        read_prompt("ar", GOLD, LAYERS),
        read_prompt("en", GOLD, ["entities"]),
        read_prompt("en", plain, LAYERS),
        read_prompt("en", described, LAYERS),
        read_prompt("en", GOLD, LAYERS, [SHOT]),
        read_prompt("en", GOLD, LAYERS, [SHOT, other]),
        read_prompt("en", GOLD, LAYERS, [other, SHOT]),
        read_prompt("en", GOLD, LAYERS, [SHOT, other], nearest=1),
        read_prompt(written(tmp_path, user="{{ text }}?"), GOLD, LAYERS),
        read_prompt(written(tmp_path, user="{{ text }}!"), GOLD, LAYERS),
    ]
    assert len({prompt.sha256 for prompt in prompts}) == len(prompts)
    again = shutil.copy(resource("conf") / "prompt" / "en.yaml", tmp_path / "copy.yaml")
    assert read_prompt(str(again), GOLD, LAYERS).sha256 == prompts[0].sha256
    assert [prompt.label for prompt in prompts[:2] + prompts[-1:]] == ["en@1", "ar@1", "own@2"]


def test_the_nearest_examples_are_shown_and_the_nearest_of_them_last() -> None:
    texts = ["الطقس حار اليوم.", "فاز الفريق في المباراة.", "المباراة انتهت والفريق فاز في الملعب."]
    shots = [Shot(Document(f"{number}", text), Annotation((), (), ())) for number, text in enumerate(texts)]
    prompt = read_prompt("en", GOLD, LAYERS, shots, nearest=2)
    question = "فاز الفريق في المباراة اليوم."
    messages = prompt.messages(Chunk(Document("q", question), tuple(sentences(question)), 1))
    assert [message["content"] for message in messages[1:]][::2] == [
        f"[1] {texts[2]}",
        f"[1] {texts[1]}",
        f"[1] {question}",
    ]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"system": "{{ kinds }}"}, "own.yaml: system, line 1: found 'kinds' is undefined, wanted"),
        ({"user": "\n\n{{ text.x }}"}, "own.yaml: user, line 3: found 'str object' has no attribute 'x', wanted"),
        ({"system": "a\n{% if %}"}, "own.yaml: system, line 2: found Expected an expression, got"),
        ({"system": "{{ ''.__class__.__mro__ }}"}, "own.yaml: system, line 1: found access to attribute '__class__'"),
        ({"system": "{{ 1 / 0 }}"}, "own.yaml: system, line 1: found division by zero, wanted"),
        ({"system": "{{ 'a' + 1 }}"}, "own.yaml: system, line 1: found can only concatenate"),
        ({"system": "{% for i in range(10**9) %}{% endfor %}"}, "own.yaml: system, line 1: found Range too big"),
        ({"system": "{% include 'x' %}"}, "own.yaml: system, line 1: found no loader"),
        ({"user": 3}, "own.yaml: user: found 3, wanted a text"),
        ({"user": "Mark."}, "own.yaml: user: found no {{ text }}, wanted the sentences in it"),
        ({"language": "fr"}, "own.yaml: language: found 'fr', wanted one of en, ar"),
        ({"version": 0}, "own.yaml: version: found 0, wanted a whole number from 1"),
        ({"version": True}, "own.yaml: version: found True, wanted a whole number from 1"),
        ({"name": "a b"}, "own.yaml: name: found 'a b', wanted letters, digits and . _ -"),
        ({"note": "x"}, "own.yaml: found language, name, note, system, user, version, wanted the keys name, version"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused_in_one_line(
    tmp_path: Path, parts: dict[str, object], said: str
) -> None:
    with pytest.raises(InputError) as raised:
        read_prompt(written(tmp_path, **parts), GOLD, LAYERS)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_unknown_prompt_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(InputError) as raised:
        read_prompt("eng", GOLD, LAYERS)
    assert str(raised.value) == "prompt: found 'eng', wanted the path of a prompt or one of ar, en; did you mean en?"
    with pytest.raises(InputError, match=r"nowhere\.yaml: found No such file"):
        read_prompt("nowhere.yaml", GOLD, LAYERS)


def test_layers_that_the_schema_has_not_are_refused() -> None:
    with pytest.raises(InputError) as raised:
        read_prompt("en", Schema("own", layers=("entities",)), ["claims"])
    assert str(raised.value) == "layers: found claims, wanted some of entities, which own@1 has"
