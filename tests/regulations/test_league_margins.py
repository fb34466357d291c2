"""Margins to the cuts (附件二.2): the points changed one by one, and ranked again by the ranking itself."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from talentcalc.league.homes import Home
from talentcalc.league.margins import margins
from talentcalc.league.ranking import RankPosition, rank
from talentcalc.report.sections.league_margins import margins as section
from talentcalc.rulebook.league import Ranking
from tests.support.city import LEAGUE, City
from tests.support.documents import league_of

TYPES = {"a": "甲", "b": "乙"}


def homes(kinds: list[str]) -> list[Home]:
    """Homes of these types."""
    return [_home(n, kind) for n, kind in enumerate(kinds, start=1)]


def _home(number: int, kind: str) -> Home:
    fields = {
        "id": f"H{number:02d}",
        "name": "某家",
        "category": "talent_home",
        "type": kind,
        "county": "某区",
        "designated_on": date(2020, 1, 1),
        "delisted_on": None,
        "payee": None,
        "stars": 3,
        "drops": 0,
        "opening": 0,
    }
    wanted = Home.__dataclass_fields__
    return Home(**{name: fields.get(name) for name in wanted})  # type: ignore[arg-type]


def inside(place: RankPosition, edge: str) -> bool:
    """Whether a home is inside a cut."""
    return place.inside_up if edge == "up" else place.inside_down


@settings(max_examples=60, deadline=None)
@given(
    given_points=st.lists(st.integers(-3, 9), min_size=1, max_size=7),
    kinds=st.lists(st.sampled_from("ab"), min_size=7, max_size=7),
    shares=st.tuples(*[st.sampled_from(["0", "0.1", "0.2", "0.5", "1"])] * 2),
    rounding=st.sampled_from(["floor", "half_up", "ceil"]),
    within=st.sampled_from(["overall", "by_type"]),
)
def test_a_margin_is_the_least_change_of_points_that_changes_the_cut(
    given_points: list[int], kinds: list[str], shares: tuple[str, str], rounding: str, within: str
) -> None:
    update = {"up": shares[0], "down": shares[1], "rounding": rounding, "within": within}
    rule = Ranking.model_validate(LEAGUE.league.ranking.model_dump() | update)
    all_homes = homes(kinds[: len(given_points)])
    points = {home.id: own for home, own in zip(all_homes, given_points, strict=True)}
    places = rank(rule, all_homes, points, TYPES)
    for home, of in margins(places, points).items():
        for edge, margin in of.items():
            now = inside(places[home], edge)
            assert margin.inside == now
            safe = now == (edge == "up")  # up and inside, or out of the lower cut: what losing points changes
            changed = [
                step
                for step in range(1, 15)
                if inside(
                    rank(rule, all_homes, points | {home: points[home] + (-step if safe else step)}, TYPES)[
                        home
                    ],
                    edge,
                )
                != now
            ]
            least = changed[0] if changed else None
            assert margin.points == (None if least is None else least - 1 if safe else least)


def test_worked_case_6_by_hand(city: City) -> None:
    # Worked case 6 ranks by the points of the year; here ten homes with 10, 9, … 1 points. By hand, 20 % up
    # is two homes and 10 % down is one: the second has 9 points, the last home outside the lower cut 2.
    city.tables["homes"] = []
    city.many("homes", 10).many("talents", 10)
    for number in range(1, 11):
        city.visit(
            [f"T{n:03d}" for n in range(1, 12 - number)], home_id=f"H{number:02d}", at="2025-03-03 10:00:00"
        )
    result = city.result()
    cut = result["cuts"][0]
    assert (cut["up"], cut["down"], result["ranked"]) == (2, 1, 10)
    said = {home: one["margins"] for home, one in result["homes"].items()}
    assert said["H01"]["up"] == {"inside": True, "points": 2}  # down to the 8 points of the third
    assert said["H02"]["up"] == {"inside": True, "points": 1}
    assert said["H03"]["up"] == {"inside": False, "points": 1}  # a tie at 9 favours it
    assert said["H10"]["down"] == {"inside": True, "points": 1}
    assert said["H09"]["down"] == {"inside": False, "points": 1}  # level with the last, it stays out
    assert said["H01"]["down"] == {"inside": False, "points": 9}
    (table,) = [one for one in section(league_of(result)).blocks if one.kind == "table"]
    assert [row[4] for row in table.rows[:3]] == ["余 2", "余 1", "差 1"]
    assert [row[6] for row in table.rows[-2:]] == ["余 1", "差 1"]
