"""The font of the report: Noto Sans SC with all its weights, the same on every machine."""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"the font package {name} is not installed")
    return Path(spec.origin).parent


FONT_FOLDER = _package("justmytype_intl_cjk") / "fonts" / "ofl" / "notosanssc"


@lru_cache(maxsize=1)
def glyphs() -> frozenset[int]:
    """Every character that the font can draw."""
    from fontTools.ttLib import TTFont

    font = TTFont(FONT_FOLDER / "NotoSansSC[wght].ttf", lazy=True)
    return frozenset(font.getBestCmap())
