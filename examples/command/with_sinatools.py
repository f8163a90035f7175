"""SinaTools as a program: documents as JSON Lines on standard input, predictions on standard output.

Not run here: SinaTools 1.0.9 cannot be installed beside the harness (it wants transformers 4.47.1), and its model comes
from sina.birzeit.edu. What `extract` returns was read in that version. In a virtual environment of its own:

    python -m venv sina-env && sina-env/bin/pip install sinatools==1.0.9
    sina-env/bin/download_files -f ner
    harness evaluate runner=command runner.labels=wojood21 \
        'runner.command=[sina-env/bin/python,with_sinatools.py]'
"""

import argparse
import json
import re
import sys
import time


def pieces(text, most):
    """Parts of `text` of at most `most` words between blanks, each as its words with their offsets.

    SinaTools reads 510 pieces of words and leaves out the rest without a word. A part ends with each line.
    """
    for line in re.finditer(r"[^\r\n]+", text):
        words = [(line.start() + match.start(), match[0]) for match in re.finditer(r"\S+", line[0])]
        for first in range(0, len(words), most):
            yield words[first : first + most]


def entities(words, tagged):
    """The mentions in `words`, of which `tagged` has the tags as `extract` gives them: `B-GPE I-ORG`, type by type.

    A word that is not among `tagged` has no tag: there SinaTools has left it out. Of one type there is no mention in
    another, so that a tag goes on with the last mention of its type if that ends with the word before.
    """
    found = []
    tags_of = iter(tagged)
    tag = next(tags_of, None)
    running = {}
    for start, word in words:
        tags = []
        if tag is not None and tag["token"] == word:
            tags = [name for name in tag["tags"].split() if name != "O"]
            tag = next(tags_of, None)
        going_on = {}
        for name in tags:
            prefix, _, kind = name.partition("-")
            mention = running.get(kind) if prefix == "I" else None
            if mention is None:
                mention = {"start": start, "end": start, "type": kind}
                found.append(mention)
            mention["end"] = start + len(word)
            going_on[kind] = mention
        running = going_on
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--words", type=int, default=100, help="words that are read together, at most")
    options = parser.parse_args()
    # What libraries print is for people: only answers may stand on standard output.
    answers, sys.stdout = sys.stdout, sys.stderr
    sys.stdin.reconfigure(encoding="utf-8")
    answers.reconfigure(encoding="utf-8")

    from sinatools.ner.entity_extractor import extract

    for line in sys.stdin:
        document = json.loads(line)
        began = time.perf_counter()
        answer = {"id": document["id"]}
        try:
            answer["entities"] = [
                entity
                for words in pieces(document["text"], options.words)
                for entity in entities(words, extract(" ".join(word for _, word in words), "nested"))
            ]
        except Exception as error:
            answer["error"] = f"{type(error).__name__}: {error}"
        answer["seconds"] = time.perf_counter() - began
        answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
