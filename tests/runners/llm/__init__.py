"""Tests of the runner that asks a language model."""
