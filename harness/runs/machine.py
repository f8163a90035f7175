"""The machine that a run was made on: its processor, and what of it quantised models compute with.

A model in int8 may answer otherwise on a processor with VNNI than on one without, where sums of products can saturate.
Speeds hang on threads too.
"""

import hashlib
import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

_INSTRUCTIONS: Final = {
    "avx2": "AVX2",
    "avx_vnni": "AVX-VNNI",
    "avx512f": "AVX-512",
    "avx512_vnni": "AVX512-VNNI",
    "avx512_bf16": "AVX512-BF16",
    "amx_int8": "AMX-INT8",
    "asimd": "NEON",
    "neon": "NEON",
    "asimddp": "DotProd",
    "i8mm": "I8MM",
    "sve": "SVE",
}
"""The instruction sets that ONNX Runtime and torch choose their int8 and float kernels by, as Linux calls them."""

_APPLE: Final = {"FEAT_DotProd": "DotProd", "FEAT_I8MM": "I8MM", "AdvSIMD": "NEON"}
_INTEL_MAC: Final = {"AVX2": "AVX2", "AVX512F": "AVX-512", "AVX512VNNI": "AVX512-VNNI"}
_THREADS: Final = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TOKENIZERS_PARALLELISM")


def machine() -> dict[str, object]:
    """The system, its processor with instruction sets, cores, and what limits threads; `cpu` is None where unknown."""
    cpu, instructions = _processor()
    return {
        "system": platform.platform(),
        "processor": platform.machine(),
        "cpu": cpu,
        "instructions": instructions,
        "cores": os.cpu_count(),
        "threads": _threads(),
        # Speeds are compared on one machine only; hashed, since a run may be published.
        "name": hashlib.sha256(platform.node().encode()).hexdigest()[:12],
        "implementation": sys.implementation.name,
    }


def _threads() -> dict[str, object]:
    """Cores that this process may use, torch's threads where torch is loaded, and variables that limit threads."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    threads: dict[str, object] = {"usable": usable}
    # Not imported for this: it takes seconds, and a run without it does not compute with it.
    torch = sys.modules.get("torch")
    if torch is not None:
        threads["torch"] = torch.get_num_threads()
    return threads | {name: os.environ[name] for name in _THREADS if name in os.environ}


def _processor() -> tuple[str | None, list[str]]:
    """The model of the processor, and its instruction sets, each once."""
    if sys.platform == "darwin":
        return _of_mac()
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor() or None, []
    return of_cpuinfo(text)


def of_cpuinfo(text: str) -> tuple[str | None, list[str]]:
    """The same from what Linux says in /proc/cpuinfo; on ARM, which has no name there, from numbers."""
    fields: dict[str, str] = {}
    for key, value in re.findall(r"^(\S[^\t:]*?)\s*:[ \t]*(.*)$", text, re.MULTILINE):
        fields.setdefault(key, value.strip())
    flags = fields.get("flags", fields.get("Features", "")).split()
    arm = [f"{key.removeprefix('CPU ')} {fields[key]}" for key in ("CPU implementer", "CPU part") if key in fields]
    name = fields.get("model name") or fields.get("Model") or ("ARM " + ", ".join(arm) if arm else None)
    return name, list(dict.fromkeys(_INSTRUCTIONS[flag] for flag in flags if flag in _INSTRUCTIONS))


def _of_mac() -> tuple[str | None, list[str]]:
    name = _sysctl("machdep.cpu.brand_string")
    if platform.machine() == "arm64":
        return name, [shown for key, shown in _APPLE.items() if _sysctl(f"hw.optional.arm.{key}") == "1"]
    flags = f"{_sysctl('machdep.cpu.features')} {_sysctl('machdep.cpu.leaf7_features')}".split()
    return name, [shown for flag, shown in _INTEL_MAC.items() if flag in flags]


def _sysctl(key: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 -- fixed words
            ["sysctl", "-n", key],  # noqa: S607
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None
