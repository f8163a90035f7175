"""Flair as a program: documents as JSON Lines on standard input, predictions on standard output.

Not run here: Flair 0.15.1 cannot be installed beside the harness (it wants transformers < 5). What a
`Sentence` does to a text was read in that version. In a virtual environment of its own:

    python -m venv flair-env && flair-env/bin/pip install flair==0.15.1
    harness evaluate runner=command runner.labels=conll4 \
        'runner.command=[flair-env/bin/python,with_flair.py,--model,ar-ner]'
"""

import argparse
import json
import re
import sys
import time

# What Flair takes out of a text before it counts: zero-width marks and separators of lines and paragraphs.
REMOVED = frozenset("\u200c\u200b\ufe0f\ufeff\u2028\u2029")


def lines(text):
    """The lines of a text that are not blank, each with its offset: Flair's models read a sentence or so at a time."""
    for match in re.finditer(r"[^\r\n]+", text):
        if match[0].strip():
            yield match.start(), match[0]


def places(text):
    """For each character that Flair keeps of `text` its offset in `text`, and the length of `text` at the end.

    Characters from U+0080 to U+0099 become the letters that Windows-1252 has there, or go where it has none.
    """
    kept = []
    for place, char in enumerate(text):
        if char in REMOVED:
            continue
        if "\u0080" <= char <= "\u0099" and ord(char) in (0x81, 0x8D, 0x8F, 0x90):
            continue
        kept.append(place)
    return [*kept, len(text)]


def entity(start, end, kept, offset):
    """The offsets in a text of a span that Flair found in a line at `offset`; `kept` are the line's `places`."""
    return {"start": offset + kept[start], "end": offset + kept[end - 1] + 1}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="ar-ner", help="a file, or a name that Flair knows")
    parser.add_argument("--label", default="ner", help="the layer that the model writes")
    options = parser.parse_args()
    # Flair logs on standard output: only answers may stand there.
    answers, sys.stdout = sys.stdout, sys.stderr
    sys.stdin.reconfigure(encoding="utf-8")
    answers.reconfigure(encoding="utf-8")

    from flair.data import Sentence
    from flair.models import SequenceTagger

    tagger = SequenceTagger.load(options.model)
    for line in sys.stdin:
        document = json.loads(line)
        began = time.perf_counter()
        answer = {"id": document["id"]}
        try:
            parts = [(offset, part, Sentence(part)) for offset, part in lines(document["text"])]
            parts = [(offset, part, sentence) for offset, part, sentence in parts if len(sentence)]
            if parts:
                tagger.predict([sentence for _, _, sentence in parts], label_name=options.label)
            found = []
            for offset, part, sentence in parts:
                kept = places(part)
                for span in sentence.get_spans(options.label):
                    place = entity(span.start_position, span.end_position, kept, offset)
                    label = span.get_label(options.label)
                    found.append({**place, "type": label.value, "score": min(max(float(label.score), 0.0), 1.0)})
            answer["entities"] = found
        except Exception as error:
            answer["error"] = f"{type(error).__name__}: {error}"
        answer["seconds"] = time.perf_counter() - began
        answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
