"""An evaluation harness for Arabic extraction models."""

__version__ = "0.1.0"
