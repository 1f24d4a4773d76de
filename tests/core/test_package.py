"""What ``pip install .`` brings: workers on other machines have nothing else of this project."""

import tomllib
from pathlib import Path

from setuptools import find_packages

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]


def test_every_package_of_the_core_is_found():
    found = set(find_packages(str(ROOT), include=SETTINGS["packages"]["find"]["include"]))
    own = {".".join(file.parent.relative_to(ROOT).parts) for file in (ROOT / "facenet_core").rglob("*.py")}
    assert own <= found


def test_files_that_are_no_modules_are_named():
    patterns = SETTINGS["package-data"]
    missing = [
        str(file.relative_to(ROOT))
        for file in (ROOT / "facenet_core").rglob("*")
        if file.is_file() and file.suffix not in {".py", ".pyc"} and not _named(file, patterns)
    ]
    assert not missing


def _named(file, patterns):
    package = ".".join(file.parent.relative_to(ROOT).parts)
    return any(file.match(pattern) for pattern in patterns.get(package, []))
