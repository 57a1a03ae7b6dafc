"""What the processor does with the encoder's signed bytes: some sum their products exactly, some in 16 bits that overflow."""

import re
from pathlib import Path

FLAGS = re.compile(r"^flags\s*:(.*)$", re.MULTILINE)
"""A core's instruction sets in Linux's `/proc/cpuinfo`, as x86 processors list them."""


def cpuinfo() -> str:
    """What Linux says of the processor's cores; empty where there is no such file."""
    try:
        return Path("/proc/cpuinfo").read_text("utf-8", "replace")
    except OSError:
        return ""


def sums_exactly(cpuinfo: str) -> bool:
    """Whether ONNX Runtime sums the products of unsigned and signed bytes in 32 bits on every core; no where that is not sure.

    It does with VNNI: on AVX-512 with `avx512_vnni`, without AVX-512 with `avx_vnni` (`core/mlas/lib/platform.cpp`).

    >>> sums_exactly("flags : avx2 avx512f avx512_vnni"), sums_exactly("flags : avx2 fma"), sums_exactly("")
    (True, False, False)
    """
    cores = [set(flags.split()) for flags in FLAGS.findall(cpuinfo)]
    return bool(cores) and all(("avx512_vnni" if "avx512f" in core else "avx_vnni") in core for core in cores)
