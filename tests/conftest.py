"""How tests are shared out when several processes run them: ``pytest -n 2 --dist loadgroup``."""

from pathlib import Path

import pytest

BROWSER = Path(__file__).parent / "browser"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file in one process, and everything with a browser in one: two browsers would wait for each other."""
    for item in items:
        group = "browser" if BROWSER in item.path.parents else item.path.stem
        item.add_marker(pytest.mark.xdist_group(group))
