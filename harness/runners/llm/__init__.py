"""Large language models behind OpenAI-compatible servers: prompts, requests, and answers placed in the text.

May import: what runners may.
"""
