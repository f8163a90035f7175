"""The runner that asks a language model on a server: what goes out, how answers are placed, and the way there and back.

What is asked and how an answer finds its place (chunks, prompts, answers, placing, fewshot, leaks) knows no network.
May import: what runners may.
"""
