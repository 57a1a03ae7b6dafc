"""A copy of the working tree that a test or a program may change."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

PARTS = ("schemas", "tasks", "flows", "tests", "pyproject.toml", "README.md", "CONTRIBUTING.md")

HEAVY = ".onnx"
"""Suffix of the model's weights, which the copy shares."""


def copy_to(folder: Path) -> Path:
    """Copies the working tree to `folder`."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, copy_function=_copy)
        else:
            shutil.copy2(ROOT / part, folder / part)
    return folder


def python(copy: Path, *arguments: str, timeout: float | None = None) -> subprocess.CompletedProcess[str]:
    """Runs Python in a copy, whose modules it imports."""
    environment = os.environ | {"PYTHONPATH": str(copy)}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False, timeout=timeout)


def _copy(source: str, target: str) -> object:
    return Path(target).symlink_to(source) if source.endswith(HEAVY) else shutil.copy2(source, target)
