"""Article 8 (四) 综合评议: components, weights, each board's composite, and payment by it.

Expected numbers are worked by hand unless a test says that it works them out another way.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from talentcalc.comparison.effects import FIELDS
from talentcalc.core.decimals import format_decimal
from talentcalc.core.errors import InputError
from talentcalc.params.audit import open_audit
from talentcalc.params.form import Period
from talentcalc.redaction.same_points import same_points
from talentcalc.report.labels import owed_in_words
from talentcalc.report.letters.feedback import feedback
from talentcalc.report.letters.payment_note import payment_note
from talentcalc.report.render.blocks import Figures, Notice, Picture, Table
from talentcalc.report.sections.composite import composite
from talentcalc.report.sections.scorecard import conclusion
from talentcalc.report.terminal.result import summary_lines
from talentcalc.rollover.next_params import next_params
from talentcalc.rulebook.lint import lint
from talentcalc.rulebook.score import Payment
from talentcalc.rulebook.weights import weight_problems
from talentcalc.scorecard.composite import ComponentScore, Composed
from talentcalc.scorecard.counting import Quantity
from talentcalc.scorecard.payment import near_edges, pay
from tests.conftest import BOOK, ROOT, Case, SampleResult, scorecard_book
from tests.regulations.test_rulebook import changed
from tests.support.documents import result_of, scorecard_of, scored_of
from tests.support.spreadsheet import Spreadsheet
from tests.support.workbook_reading import computed, made, parts

pytestmark = pytest.mark.slow

TENTHS = {"boards": "0.70", "opinions": "0.10", "satisfaction": "0.10", "inspections": "0.10"}
HALVES = {"boards": "0.5", "opinions": "0.25", "satisfaction": "0.25", "inspections": "0"}
SURVEY = {"field": "教育", "level": "硕士", "answered_on": "2026-01-05"}


def reviewed(case: Case, weights: Mapping[str, str] | None = TENTHS) -> Case:
    """Opinions 80 and 91, satisfaction 70, 80 and 81 (one answered late), inspections 90 and one before."""
    if weights is not None:
        case.params["composite"] = dict(weights)
    case.add("opinions", {"unit": "甲", "score": "80"}, {"unit": "乙", "score": "91"})
    case.add("satisfaction", *({**SURVEY, "score": score} for score in ("70", "80", "81")))
    inspected = {"subject": "场地"}
    case.add("inspections", {**inspected, "inspected_on": "2025-12-31", "score": "90"})
    return case.add("inspections", {**inspected, "inspected_on": "2024-12-31", "score": "10"})


def test_both_boards_by_hand(case: Case) -> None:
    # 149 orders are 11.60, nine contracts 1.80. 85.5, 77, 90: 0.7 × 11.6 + 25.25 = 33.37; 26.51 likewise.
    reviewed(case).many("work_orders", 149).many("contracts", 9, amount="1.00")
    result = case.whole()
    said = result["composite"]
    assert [one["value"] for one in said["components"]] == ["85.50", "77.00", "90.00"]
    assert [len(one["counted"]) for one in said["components"]] == [2, 3, 1]
    assert said["components"][2]["set_aside"] == [{"row": "I0002", "why": "outside_period"}]
    assert said["scores"] == {"base": "33.37", "additional": "26.51"}
    assert (said["own"], said["lacking"]) == ({"title": "量化评分", "weight": "0.70"}, [])
    # Payment stays on the boards: 100,000 + 1.8 % of 600,000; by the composite 100,000 + 26.51 % of 600,000.
    assert (result["payment"]["basis"], result["payment"]["payable"]) == ("boards", "110800.00")
    assert {one["check"] for one in result["findings"]} >= {"inspections.outside_period"}
    other = case.result(payment_basis="composite")
    assert (other["payment"]["basis"], other["payment"]["payable"]) == ("composite", "259060.00")
    assert [one["score"] for one in other["payment"]["parts"]] == ["33.37", "26.51"]
    assert {name: one["score"] for name, one in other["boards"].items()} == {
        "base": "11.60",
        "additional": "1.80",
    }
    told = result["firmness"]["readings"]["payment_basis"]["composite"]
    assert (told["payable"], told["changes"]) == ("259060.00", {})
    assert result["firmness"]["extremes"]["highest"]["readings"]["payment_basis"] == "composite"
    assert result["firmness"]["not_computed"] == []


def test_half_year_by_the_composite(case: Case) -> None:
    # Weights of a half and two quarters, boards 0: 0.25 × 85.5 + 0.25 × 77 = 40.625 for both boards.
    case.params["period"] = {"kind": "half_year", "start": "2025-01-01", "end": "2025-06-30"}
    result = reviewed(case, HALVES).result(payment_basis="composite")
    # 0.10 of 1,000,000 and 40.625 % of 600,000: 343,750, under half the fee. Nobody inspected then.
    assert result["composite"]["scores"] == {"base": "40.625", "additional": "40.625"}
    assert result["payment"]["payable"] == "343750.00"
    assert result["composite"]["components"][2]["value"] is None
    assert result["composite"]["lacking"] == [] and "inspections" not in result["awaiting"]


def test_a_value_without_a_last_digit_is_kept_exactly(case: Case) -> None:
    # 80, 80 and 81 are 80 ⅓, a quarter of it 20.08333…; with 80, 20: 40.08333…
    case.params["composite"] = HALVES
    case.add("opinions", {"unit": "甲", "score": "80"})
    case.add("satisfaction", *({**SURVEY, "score": score} for score in ("80", "80", "81")))
    result = case.result(payment_basis="composite")
    assert result["composite"]["components"][1]["value"] == "80.333333333333"
    assert result["composite"]["scores"]["base"] == "40.083333333333"
    # 100,000 + 40.08333… % of 600,000 = 240,500.00 exactly: a rounded mean would not give it.
    assert result["payment"]["additional_amount"] == "240500.00"
    assert parts(Spreadsheet(made(result)), result) == []


def composed(values: Mapping[str, Fraction], weights: Mapping[str, Fraction]) -> Composed:
    """The composite of components with these values."""
    rule = BOOK.scorecard.composite
    assert rule is not None
    components = tuple(
        ComponentScore(one, weights[one.id], Quantity(values[one.id], ("x",), (), (values[one.id],)))
        for one in rule.components
    )
    return Composed(rule, weights["boards"], components)


# 0.7 × b + 0.1 × (80 + 80 + 80) = 80 where b = 80; a hundredth more is in the next band.
@pytest.mark.parametrize(
    ("base", "share", "near"),
    [("80", "0.20", True), ("80.01", "0.30", True), ("80.72", "0.30", False), ("79.99", "0.20", True)],
)
def test_the_edge_of_a_band_by_the_composite(base: str, share: str, near: bool) -> None:
    weights = {name: Fraction(one) for name, one in TENTHS.items()}
    by = composed(dict.fromkeys(("opinions", "satisfaction", "inspections"), Fraction(80)), weights)
    payment = scorecard_book(payment_basis="composite").scorecard.payment
    paid = pay(
        payment,
        "annual",
        {"base": Fraction(base), "additional": Fraction(0)},
        Fraction(10**6),
        Fraction(0),
        by,
    )
    assert paid.parts[0].share == Fraction(share)
    assert paid.parts[0].score == Fraction(7, 10) * Fraction(base) + 24
    assert bool(near_edges(paid, Fraction(1, 2))) is near


def test_a_composite_near_an_edge_is_a_finding(case: Case) -> None:
    # 0 × boards + 60.4 of opinions alone: within half a point of 60.
    case.params["composite"] = {"boards": "0", "opinions": "1", "satisfaction": "0", "inspections": "0"}
    case.add("opinions", {"unit": "甲", "score": "60.4"})
    result = case.whole(payment_basis="composite")
    found = [one["title"] for one in result["findings"] if one["check"] == "payment.base.near_edge"]
    assert len(found) == 1 and "综合考核分数 60.40 分" in found[0]
    assert result["payment"]["base_share"] == "0.20"
    judged = result["firmness"]["marks"]["judged"]["base"]  # judgement has no weight: one score, one step
    assert (judged["lowest"], judged["highest"], len(judged["steps"])) == ("60.40", "60.40", 1)


SCORES = st.lists(st.integers(0, 1000).map(lambda n: Decimal(n) / 10), min_size=0, max_size=4)
PARTS = st.tuples(*[st.integers(0, 20)] * 4).filter(any)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(SCORES, SCORES, SCORES, PARTS, st.integers(0, 160), st.sampled_from(["annual", "half_year"]))
def test_an_independent_calculation_agrees(
    tmp_path_factory: pytest.TempPathFactory,
    opinions: list[Decimal],
    satisfaction: list[Decimal],
    inspections: list[Decimal],
    shares: tuple[int, ...],
    orders: int,
    kind: str,
) -> None:
    case = Case(tmp_path_factory.mktemp("composite"))
    case.params["period"] = {"kind": kind, "start": "2025-01-01", "end": "2025-12-31"}
    whole = sum(shares)  # weights in ten-thousandths, the last one what is left
    weights = [Decimal(10_000 * one // whole) / 10_000 for one in shares]
    weights[0] += 1 - sum(weights)
    case.params["composite"] = dict(zip(TENTHS, map(str, weights), strict=True))
    for n, score in enumerate(opinions):
        case.add("opinions", {"unit": f"U{n}", "score": str(score)})
    for score in satisfaction:
        case.add("satisfaction", {**SURVEY, "score": str(score)})
    for score in inspections:
        case.add("inspections", {"inspected_on": "2025-03-03", "subject": "场地", "score": str(score)})
    result = case.many("work_orders", orders).result(payment_basis="composite")
    # The second way: thirds as whole numbers over the product of all row counts.
    rows = [opinions, satisfaction, inspections]
    common = sum(
        (
            Fraction(weight) * sum(map(Fraction, one)) / len(one)
            for weight, one in zip(weights[1:], rows, strict=True)
            if one
        ),
        Fraction(0),
    )
    base = Fraction(weights[0]) * min(orders // 5 * Fraction(2, 5), Fraction(12)) + common
    assert result["composite"]["scores"] == {
        "base": format_decimal(base),
        "additional": format_decimal(common),
    }
    share = next(share for edge, share in ((60, 10), (80, 20), (90, 30), (100, 40)) if base <= edge)
    cents = (common * 600_000 + Fraction(1, 2)) // 1  # 0.60 × 1,000,000 ÷ 100, in cents
    entitled = share * 10_000 + Fraction(cents, 100)
    assert Fraction(result["payment"]["entitlement"]) == entitled
    wanted = min(entitled, Fraction(500_000)) if kind == "half_year" else entitled
    assert Fraction(result["payment"]["payable"]) == wanted
    lacking = [
        name
        for name, weight, one in zip(list(TENTHS)[1:], weights[1:], rows, strict=True)
        if weight and not one
    ]
    assert [one for one in result["awaiting"] if one in TENTHS] == result["composite"]["lacking"] == lacking


def test_a_component_without_rows_is_owed_only_where_payment_rests_on_it(case: Case) -> None:
    case.params["composite"] = TENTHS
    case.add("opinions", {"unit": "甲", "score": "80"})
    boards = case.result()
    assert boards["composite"]["scores"] is None
    assert boards["composite"]["lacking"] == ["satisfaction", "inspections"]
    assert not {"satisfaction", "inspections"} & {*boards["awaiting"]}
    (notice,) = (one for one in composite(scorecard_of(boards)).blocks if isinstance(one, Notice))
    assert "服务对象满意度、日常运营没有记录，综合考核分数未计算" in notice.text
    for item in list(boards["awaiting"]):
        case.add("judgements", {"item": item, "mark": "1"})
    assert case.result()["status"] == "final"
    owed = case.result(payment_basis="composite")
    assert (owed["status"], owed["awaiting"]) == ("draft", ["satisfaction", "inspections"])
    assert owed_in_words(scored_of(owed)) == "综合评议的下列部分尚无记录，暂计 0 分：服务对象满意度、日常运营"


def test_without_weights_the_other_basis_is_told_as_not_computed(case: Case) -> None:
    result = reviewed(case, None).whole()
    assert result["composite"]["scores"] is None and result["composite"]["own"]["weight"] is None
    firm = result["firmness"]
    assert firm["not_computed"] == [{"reading": "payment_basis", "choice": "composite", "why": "no_weights"}]
    assert "payment_basis" not in firm["readings"]
    assert all("payment_basis" not in end["readings"] for end in firm["extremes"].values())
    assert "综合评议" not in Spreadsheet(made(result)).book.sheetnames
    (notice,) = (one for one in composite(scorecard_of(result)).blocks if isinstance(one, Notice))
    assert "boards、opinions、satisfaction、inspections" in notice.text


# What is refused, and how many problems are named at once.
@pytest.mark.parametrize(
    ("weights", "readings", "named"),
    [
        (None, {"payment_basis": "composite"}, ["composite: found no weights"]),
        ({"boards": "1"}, {}, ["composite.opinions", "composite.satisfaction", "composite.inspections"]),
        (TENTHS | {"boards": "0.69"}, {}, ["add up to 0.99"]),
        (TENTHS | {"boards": "1.5", "opinions": "-0.7"}, {}, ["composite.opinions: found '-0.7'"]),
        (TENTHS | {"visits": "0.1"}, {}, ["composite.visits", "add up to 1.1"]),
        (TENTHS | {"boards": 0.7}, {}, []),  # YAML reads 0.7 exactly
        (TENTHS | {"boards": "viel"}, {}, ["composite.boards: found 'viel'"]),
        ("0.7", {}, ["composite: found '0.7'"]),
    ],
)
def test_weights_that_do_not_fit_are_refused_all_at_once(
    case: Case, weights: Any, readings: dict[str, str], named: list[str]
) -> None:
    case.params |= {"composite": weights, "readings": readings}
    path = case.write()
    if not named:
        assert open_audit(path).params
        return
    with pytest.raises(InputError) as refused:
        open_audit(path)
    problems = [str(one) for one in refused.value.problems]
    assert all(any(words in one for one in problems) for words in named), problems
    assert len(problems) == len(named)


def test_a_league_knows_no_weights(tmp_path: Path) -> None:
    params = yaml.safe_load((ROOT / "params/quanzhou-2025.yaml").read_text("utf-8"))
    path = tmp_path / "league.yaml"
    path.write_text(yaml.safe_dump(params | {"composite": TENTHS}, allow_unicode=True), "utf-8")
    with pytest.raises(InputError, match="composite: found a key that is not known here"):
        open_audit(path)


def test_the_lint_of_the_composite(tmp_path: Path) -> None:
    def spoil(data: Any) -> None:
        said = data["scorecard"]["composite"]
        said |= {"scale": "10", "clause": "第九十条"}
        said["components"][0] |= {"id": "boards", "table": "nowhere"}
        said["components"][1]["column"] = "grade"
        said["components"][2]["column"] = "subject"

    problems = [str(one) for one in lint(changed(tmp_path, spoil))]
    for words in (
        *("composite.clause", "composite component", "composite.boards: found table 'nowhere'"),
        *("composite.satisfaction: found column 'grade'", "composite.inspections: found text"),
        "composite.scale: found 10; expected 100, as base",
    ):
        assert any(words in one for one in problems), (words, problems)
    without = tmp_path / "without"
    without.mkdir()
    none = lint(changed(without, lambda d: d["scorecard"].pop("composite")))
    assert any("payment.basis" in str(one) for one in none)


def test_the_report_shows_parts_composites_and_basis(case: Case) -> None:
    result = reviewed(case).result()
    blocks = composite(scorecard_of(result)).blocks
    made_of, scores = (one for one in blocks if isinstance(one, Table))
    assert [row[0] for row in made_of.rows] == ["量化评分", "成员单位意见", "服务对象满意度", "日常运营"]
    assert [row[-1] for row in made_of.rows] == ["70%", "10%", "10%", "10%"]
    assert scores.rows[0][2] == "0.00 × 70% + 85.50 × 10% + 77.00 × 10% + 90.00 × 10%"
    (picture,) = (one for one in blocks if isinstance(one, Picture))
    assert "基础分值指标 25.25 分" in picture.alt and "日常运营 9 分" in picture.alt
    assert isinstance(blocks[-1], Notice) and "支付依据各板块得分" in blocks[-1].text
    other = case.result(payment_basis="composite")
    (figures,) = (one for one in conclusion(scorecard_of(other)).blocks if isinstance(one, Figures))
    assert figures.numbers[0] == ("基础分值指标", "0.00", "满分 100 分，综合考核分数 25.25 分")
    notice = composite(scorecard_of(other)).blocks[-1]
    assert isinstance(notice, Notice) and notice.level == "warning" and "综合考核分数" in notice.text
    assert "基础分值指标综合考核分数（支付依据）：25.25 分" in [*summary_lines(result_of(other))]


def test_the_letters_say_what_payment_rests_on(case: Case) -> None:
    words = {}
    for basis in ("boards", "composite"):
        result = reviewed(Case(case.folder / basis)).result(payment_basis=basis)
        words[basis] = [str(feedback(scored_of(result))), str(payment_note(scored_of(result)))]
    told, paid = words["boards"]
    assert "综合考核分数为：基础分值指标25.25分，附加分值指标25.25分（供参考，支付依据板块得分）" in told
    assert "综合考核分数" not in paid
    told, paid = words["composite"]
    assert "（支付以此为依据）" in told and "第八条（四）、基础指标说明" in told
    assert "基础分值指标综合考核分数为25.25分" in paid and "第八条（四）" in paid


def test_scores_typed_into_the_workbook_move_the_payment(case: Case) -> None:
    # All three at 90: 27, and 100,000 + 27 % of 600,000 = 262,000.
    result = reviewed(case).result(payment_basis="composite")
    sheet = Spreadsheet(made(result))
    for (cell,) in sheet.book["综合评议"].iter_rows(min_row=4, min_col=4, max_col=4):
        if cell.value is not None and not cell.protection.locked:
            sheet.set("综合评议", cell.coordinate, 90.0)
    found = computed(sheet)
    assert found["基础分值指标 综合考核分数"] == 27 and found["本期应付"] == 262_000


def test_weights_are_terms_and_are_carried_forward(case: Case) -> None:
    assert "composite" in FIELDS["terms"]
    case.params["period"] = {"kind": "half_year", "start": "2025-01-01", "end": "2025-06-30"}
    result = reviewed(case).result()
    audit = open_audit(case.folder / "case.yaml")
    period = Period.model_validate({"kind": "annual", "start": "2025-01-01", "end": "2025-12-31"})
    said = yaml.safe_load(next_params(audit, scored_of(result), period, "evidence"))
    assert said["composite"] == TENTHS
    assert [*weight_problems(BOOK, said["composite"], "params")] == []


def test_a_redacted_audit_has_the_same_composite(case: Case) -> None:
    result = reviewed(case).result()
    before = result["composite"]["components"][1]
    parts_of = [*result["composite"]["components"]]
    parts_of[1] = before | {"counted": ["a", "b", "c"]}
    other = result | {"composite": result["composite"] | {"components": parts_of}}
    assert same_points(result_of(result), result_of(other)) == ()  # pseudonyms of those who answered
    less = result | {"composite": result["composite"] | {"scores": None}}
    assert [one.where for one in same_points(result_of(result), result_of(less))] == [
        "result.composite.scores"
    ]


def test_payment_knows_no_composite_of_its_own() -> None:
    assert Payment.model_fields["basis"].default == "boards"


def test_the_sample_a_second_way(sample_result: SampleResult) -> None:
    import csv

    result = sample_result("dongsheng-2025-annual")
    folder = ROOT / "evidence/dongsheng-2025-annual"
    means = []
    for name in ("opinions", "satisfaction", "inspections"):
        with (folder / f"{name}.csv").open(encoding="utf-8-sig") as stream:
            scores = [Fraction(row["score"]) for row in csv.DictReader(stream)]
        means.append(sum(scores, Fraction(0)) / len(scores))
    for name, board in result["boards"].items():
        wanted = Fraction(7, 10) * Fraction(board["score"]) + sum(means, Fraction(0)) / 10
        assert result["composite"]["scores"][name] == format_decimal(wanted)
