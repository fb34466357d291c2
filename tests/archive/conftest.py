"""A small package to sign, and the keys of those who sign it."""

from pathlib import Path

import pytest

from talentcalc.archive.bag.zipped import write_zip
from tests.support.archive_packages import audited, copied, keys, sealed, small, stand_in


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A key of each person."""
    return keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small package."""
    return small(sealed(stand_in(audited(tmp_path_factory.mktemp("signatures")).write())))


@pytest.fixture(params=["folder", "zip"])
def pack(request: pytest.FixtureRequest, made: Path, tmp_path: Path) -> Path:
    """A copy of it to sign, as a folder and as a zip."""
    shelf = tmp_path / "shelf"
    if request.param == "folder":
        return copied(made, shelf)
    shelf.mkdir()
    return write_zip(made, shelf / "case.zip", "case")


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of it as a folder."""
    return copied(made, tmp_path / "shelf")
