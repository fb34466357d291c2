"""Whole runs in processes of their own, and programs from outside PyPI: what lies here `make test` leaves."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies here, but for what builds the wheel, which is a command of its own."""
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("wheel") is None:
            item.add_marker(pytest.mark.system)
