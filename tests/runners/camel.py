"""A model for CAMeL Tools, and whether it is installed, which takes a C++ compiler."""

import os
from pathlib import Path

import pytest

from harness.data.extras import find
from tests.runners.transformer import tiny


def needs_camel_tools() -> None:
    """Skip the test where camel_tools is missing; fail it where CI is set."""
    if find("camel_tools") is None:
        reason = "camel_tools: found none, wanted it installed (the extra camel, which compiles C++)"
        if os.environ.get("CI", "") not in ("", "0", "false"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)


def build(folder: Path, *, alone: bool = False) -> Path:
    """A BERT of two layers in `folder` that reads the 256 word pieces that CAMeL Tools pads to; as `tiny.build`."""
    needs_camel_tools()
    return tiny.build(folder, positions=256, alone=alone)
