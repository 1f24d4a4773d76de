"""The floor plan: who may import whom, no circle, and nothing in a shared room that one lesson alone uses."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
LESSONS = sorted(path.parent.name for path in (ROOT / "pages").glob("*/page.py"))
FLOORS = {"words": 0, "figures": 1, "components": 2, "runs": 3, "lesson": 4, "controls": 4, "parts": 5}
"""The floors of pages/shared: a room knows its own and those below."""

FILES_IN_A_FOLDER = 20


@cache
def modules() -> dict[str, Path]:
    """Return the product's modules by their dotted names."""
    files = [ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "facenet_core").rglob("*.py")]
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files]
    return dict(zip(names, files, strict=True))


@cache
def imports(name: str) -> frozenset[str]:
    """Return the product's modules that a module imports, at the top of its file or inside a function.

    Imports for type checkers alone are left out: nothing happens by them.
    """
    tree = ast.parse(modules()[name].read_text(encoding="utf-8"))
    nodes = (node for statement in tree.body if not _for_types(statement) for node in ast.walk(statement))
    return frozenset(found for node in nodes for found in _named(node) if found in modules() and found != name)


def _for_types(statement: ast.stmt) -> bool:
    """Return whether a statement is read by type checkers alone, and never run."""
    return (
        isinstance(statement, ast.If) and isinstance(statement.test, ast.Name) and statement.test.id == "TYPE_CHECKING"
    )


def _named(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            full = f"{node.module}.{alias.name}"
            yield full if full in modules() else node.module


def lesson_of(module: str) -> str | None:
    """Return the lesson whose folder a module lies in."""
    parts = module.split(".")
    return parts[1] if parts[0] == "pages" and len(parts) > 1 and parts[1] in LESSONS else None


def floor_of(module: str) -> int | None:
    """Return the floor of a module of pages/shared."""
    parts = module.split(".")
    return FLOORS[parts[2]] if parts[:2] == ["pages", "shared"] and len(parts) > 2 else None


def arrows() -> Iterator[tuple[str, str]]:
    """Yield who imports whom."""
    return ((module, other) for module in sorted(modules()) for other in sorted(imports(module)))


def test_every_lesson_has_a_room_of_its_own():
    assert len(LESSONS) == 15
    assert not list((ROOT / "pages").glob("*.py"))


def test_no_lesson_needs_another_lesson():
    assert [(a, b) for a, b in arrows() if lesson_of(a) and lesson_of(b) and lesson_of(a) != lesson_of(b)] == []


def test_nothing_shared_needs_a_lesson():
    assert [(a, b) for a, b in arrows() if a.startswith("pages.shared") and lesson_of(b)] == []


def test_shared_rooms_need_only_what_lies_below():
    upwards = [(a, b) for a, b in arrows() if None not in (floor_of(a), floor_of(b)) and floor_of(a) < floor_of(b)]
    assert upwards == []


def test_the_core_knows_no_page():
    assert [(a, b) for a, b in arrows() if a.startswith("facenet_core") and not b.startswith("facenet_core")] == []


def test_what_is_shared_serves_two_lessons():
    users = defaultdict(set)
    for module, other in arrows():
        users[other].add(module)
    alone = {
        module: lessons
        for module, file in modules().items()
        if floor_of(module) is not None and file.name != "__init__.py"
        if len(lessons := _lessons_that_use(module, users)) < 2
    }
    assert alone == {}


def _lessons_that_use(module: str, users: dict[str, set[str]]) -> set[str]:
    waiting, seen, lessons = [module], {module}, set()
    while waiting:
        for user in users[waiting.pop()] - seen:
            seen.add(user)
            if user == "app":  # every lesson comes by way of it
                lessons |= set(LESSONS)
            elif lesson := lesson_of(user):
                lessons.add(lesson)
            else:
                waiting.append(user)
    return lessons


def test_no_module_needs_itself_by_way_of_others():
    assert [circle for module in modules() if (circle := _way(module, module))] == []


def _way(start: str, goal: str) -> list[str]:
    """Return the modules on a shortest way of imports, empty where none leads there."""
    came_from: dict[str, str] = {}
    waiting = [start]
    while waiting:
        module = waiting.pop(0)
        for other in sorted(imports(module)):
            if other == goal:
                way = [goal, module]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if other not in came_from:
                came_from[other] = module
                waiting.append(other)
    return []


def test_folders_of_the_core_stay_small():
    counts = defaultdict(int)
    for module, file in modules().items():
        if module.startswith("facenet_core") and file.name != "__init__.py":
            counts[str(file.parent.relative_to(ROOT))] += 1
    assert {folder: count for folder, count in counts.items() if count > FILES_IN_A_FOLDER} == {}


def test_tests_mirror_the_core():
    folders = {path.parent.relative_to(ROOT / "tests/core") for path in (ROOT / "tests/core").rglob("test_*.py")}
    assert [str(folder) for folder in folders if not (ROOT / "facenet_core" / folder).is_dir()] == []
