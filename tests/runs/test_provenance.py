import os
import sys
from importlib.metadata import version

import pytest

from harness.runs.machine import machine, of_cpuinfo
from harness.runs.provenance import provenance, with_loaded


def test_provenance_tells_what_made_a_run() -> None:
    record = provenance(["a=1"], {"bootstrap": 13})
    assert record["overrides"] == ["a=1"]
    assert record["seeds"] == {"bootstrap": 13}
    assert {"python", "numpy", "mlflow"} <= record["versions"].keys()  # type: ignore[attr-defined]


def test_the_package_of_a_part_is_told_where_a_run_has_loaded_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "openai", raising=False)
    # With whatever else tests before this one have loaded.
    record = with_loaded(provenance([], {}))
    assert "openai" not in record["versions"]  # type: ignore[operator]
    monkeypatch.setitem(sys.modules, "openai", sys)
    told = with_loaded(record)
    assert told["versions"] == record["versions"] | {"openai": version("openai")}  # type: ignore[operator]
    assert told.keys() == record.keys()
    assert with_loaded({"overrides": []}) == {"overrides": []}


def test_the_machine_is_told_with_the_instructions_that_quantised_answers_hang_on() -> None:
    record = machine()
    assert record["cores"] == os.cpu_count()
    assert record["threads"]["usable"] >= 1  # type: ignore[index]
    if sys.platform == "linux":
        assert record["cpu"] is not None
    assert "name" in record


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "processor\t: 0\nmodel name\t: AMD EPYC\nflags\t\t: fpu avx2 avx512f avx512_vnni\n\n"
            "processor\t: 1\nflags: avx2\n",
            ("AMD EPYC", ["AVX2", "AVX-512", "AVX512-VNNI"]),
        ),
        ("model name\t: Old Xeon\nflags\t\t: sse2 avx\n", ("Old Xeon", [])),
        (
            "processor\t: 0\nFeatures\t: fp asimd asimddp i8mm\nCPU implementer\t: 0x41\nCPU part\t: 0xd40\n",
            ("ARM implementer 0x41, part 0xd40", ["NEON", "DotProd", "I8MM"]),
        ),
        ("", (None, [])),
    ],
)
def test_a_processor_is_read_from_what_linux_says(text: str, expected: tuple[str | None, list[str]]) -> None:
    assert of_cpuinfo(text) == expected


def test_a_variable_that_limits_threads_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert machine()["threads"]["OMP_NUM_THREADS"] == "1"  # type: ignore[index]
