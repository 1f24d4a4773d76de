"""The server stays light: what it imports from the core brings no heavy library along."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "facenet_core"
HEAVY = {"torch", "umap", "sklearn", "skimage", "numba", "scipy", "pynndescent"}
SCREEN = {"streamlit", "plotly"}
LIGHT_ROOMS = ["config", "choices", "map_config", "files", "faces", "runs", "evaluation", "exports", "cli"]

IMPORT_AND_LIST = """
import importlib, json, pkgutil, sys
name = sys.argv[1]
module = importlib.import_module(name)
for inner in pkgutil.walk_packages(getattr(module, "__path__", []), name + "."):
    importlib.import_module(inner.name)
print(json.dumps(sorted({module.partition(".")[0] for module in sys.modules})))
"""


def packages_after_importing(name: str) -> set[str]:
    """Import a room with all its files in a fresh Python, and return what is loaded then."""
    result = subprocess.run(
        [sys.executable, "-c", IMPORT_AND_LIST, name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return set(json.loads(result.stdout.splitlines()[-1]))


@pytest.mark.parametrize("room", LIGHT_ROOMS)
def test_a_light_room_brings_no_heavy_library(room):
    assert packages_after_importing(f"facenet_core.{room}") & (HEAVY | SCREEN) == set()


def imported_packages(path: Path) -> set[str]:
    """Return the top-level packages that a file names in its imports, wherever they stand in it."""
    packages = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            packages |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            packages.add((node.module or "").partition(".")[0])
    return packages


@pytest.mark.parametrize("path", sorted(CORE.rglob("*.py")), ids=lambda path: str(path.relative_to(CORE)))
def test_the_core_knows_no_screen(path):
    assert imported_packages(path) & SCREEN == set()


def outside_functions(path: Path) -> set[str]:
    """Return the packages imported when the file itself is imported."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(node)
    }
    packages = set()
    for node in ast.walk(tree):
        if id(node) in inside:
            continue
        if isinstance(node, ast.Import):
            packages |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            packages.add(node.module or "")
    return packages


HEAVY_ROOMS = {f"facenet_core.{room}" for room in ("networks", "triplets", "training", "projection")}
PAGES = sorted([*(ROOT / "pages").rglob("*.py"), *ROOT.glob("app.py")])


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_imports_only_what_is_light(path):
    named = outside_functions(path)
    assert {name.partition(".")[0] for name in named} & HEAVY == set()
    assert {name for name in named if ".".join(name.split(".")[:2]) in HEAVY_ROOMS} == set()
