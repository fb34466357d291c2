"""The fonts of the report: Noto Serif SC for text, Noto Sans SC (with its weights) for headings."""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"the font package {name} is not installed")
    return Path(spec.origin).parent


SANS_FOLDER = _package("justmytype_intl_cjk") / "fonts" / "ofl" / "notosanssc"
SERIF_FOLDER = _package("pylopdf_fonts_zh_cn")


@lru_cache(maxsize=1)
def glyphs() -> frozenset[int]:
    """Every character that both fonts can draw, so that none is ever missing from a page."""
    from fontTools.ttLib import TTFont

    files = (SANS_FOLDER / "NotoSansSC[wght].ttf", SERIF_FOLDER / "NotoSerifSC-Regular.otf")
    covered = [frozenset(TTFont(file, lazy=True).getBestCmap()) for file in files]
    return frozenset.intersection(*covered)
