"""transformers: F1 of whole mentions at every evaluation of a Trainer.

Run: python examples/hooks/trainer.py. The model is a small random one, whose scores are near 0: put your own there.
"""

import tempfile

from transformers import BertConfig, BertForTokenClassification, Trainer, TrainingArguments

from harness import seqeval

NAMES = ["O", "B-PERS", "I-PERS"]
# Pieces of words; -100 marks those that have no label of their own.
ROWS = [{"input_ids": [1, 5, 6, 7, 2], "labels": [-100, 1, 2, 0, -100]}]


def main() -> dict[str, float]:
    config = BertConfig(
        vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8, num_labels=3
    )
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(folder, report_to=[], use_cpu=True, disable_tqdm=True)
        # mode and scheme as in seqeval; without them it counts as conlleval does.
        measure = seqeval.compute_metrics(NAMES, mode="strict", scheme="IOB2", zero_division=0)
        model = BertForTokenClassification(config)
        return Trainer(model, arguments, eval_dataset=ROWS, compute_metrics=measure).evaluate()


if __name__ == "__main__":
    print(main())  # noqa: T201
