"""GLiNER as a program: documents as JSON Lines on standard input, predictions on standard output.

Not run here: GLiNER 0.2.29 cannot be installed beside the harness (it wants transformers < 5.17). What `inference`
returns was read in that version. In a virtual environment of its own:

    python -m venv gliner-env && gliner-env/bin/pip install gliner==0.2.29
    harness evaluate runner=command runner.labels=gliner \
        'runner.command=[gliner-env/bin/python,with_gliner.py,--model,urchade/gliner_multi-v2.1]'
"""

import argparse
import json
import re
import sys
import time

# The words of the map conf/labels/gliner.yaml: they are what the model is asked for.
LABELS = (
    "person,job title,organization,country,city,location,facility,nationality,religious or political group,event,law,"
    "product,language,date,time,percentage,money,quantity,ordinal number,number"
)


def pieces(text, most):
    """Parts of `text` of at most `most` of GLiNER's words, each with its offset.

    What is longer than the model's limit is cut by GLiNER with no more than a warning. Its words are runs of letters
    or single marks, so that vowel signs count too. A part ends with a line or a sentence where there is one in its
    second half.
    """
    words = [match.span() for match in re.finditer(r"\w+(?:[-_]\w+)*|\S", text)]
    first = 0
    while first < len(words):
        last = min(first + most, len(words))
        if last < len(words):
            for end in range(last, first + most // 2, -1):
                between = text[words[end - 1][0] : words[end][0]]
                if "\n" in between or between[:1] in ".!?؟":
                    last = end
                    break
        start = words[first][0]
        yield start, text[start : words[last - 1][1]]
        first = last


def entities(found, start):
    """What GLiNER found in the part of a text that begins at `start`, in the harness's form."""
    return [
        {
            "start": start + item["start"],
            "end": start + item["end"],
            "type": item["label"],
            "score": min(max(float(item["score"]), 0.0), 1.0),
        }
        for item in found
        if item["start"] < item["end"]
    ]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True, help="a folder, or an id of the hub")
    parser.add_argument("--labels", default=LABELS, help="what is asked for, with commas between")
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--words", type=int, help="words of a part at most; the model's limit if not given")
    options = parser.parse_args()
    # What libraries print is for people: only answers may stand on standard output.
    answers, sys.stdout = sys.stdout, sys.stderr
    sys.stdin.reconfigure(encoding="utf-8")
    answers.reconfigure(encoding="utf-8")

    from gliner import GLiNER

    model = GLiNER.from_pretrained(options.model)
    model.eval()
    words = options.words or model.config.max_len
    labels = [label.strip() for label in options.labels.split(",")]
    for line in sys.stdin:
        document = json.loads(line)
        began = time.perf_counter()
        answer = {"id": document["id"]}
        try:
            parts = list(pieces(document["text"], words))
            texts = [part for _, part in parts]
            # Mentions inside others are looked for too.
            found = model.inference(texts, labels, flat_ner=False, threshold=options.threshold) if texts else []
            answer["entities"] = [
                entity for (start, _), items in zip(parts, found, strict=True) for entity in entities(items, start)
            ]
        except Exception as error:
            answer["error"] = f"{type(error).__name__}: {error}"
        answer["seconds"] = time.perf_counter() - began
        answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
