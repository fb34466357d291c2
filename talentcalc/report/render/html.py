"""Blocks as HTML, by templates that escape everything."""

from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from talentcalc.report.render.characters import literal


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The Jinja environment of the templates beside this file."""
    made = Environment(
        loader=PackageLoader("talentcalc.report.render", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: literal(value) if type(value) is str else value,
    )
    made.filters["picture"] = Markup  # an SVG that charts.py or qr.py drew, never text from evidence
    return made


def render_blocks(blocks: list[dict[str, Any]]) -> str:
    """Blocks in their JSON form as a piece of HTML."""
    return environment().get_template("blocks.html.j2").render(blocks=blocks)
