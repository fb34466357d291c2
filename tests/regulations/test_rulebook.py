"""The rulebook as data: true to the official text, complete, and refused where it is not."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from talentcalc.core.errors import InputError
from talentcalc.rulebook.lint import lint
from talentcalc.rulebook.lint_personal import personal_faults
from talentcalc.rulebook.load import SHELF, RulebookFile, find, names, open_rulebook
from talentcalc.rulebook.model import ScorecardRulebook
from talentcalc.rulebook.schema import schema

pytestmark = pytest.mark.slow

DONGSHENG = open_rulebook(find("dongsheng-2025"))
TEXT = DONGSHENG.regulation()


@pytest.mark.parametrize("name", names())
def test_every_rulebook_is_sound_under_every_reading(name: str) -> None:
    assert lint(open_rulebook(find(name))) == ()


def test_annex_has_its_tasks_categories_indicators_and_items(book: ScorecardRulebook) -> None:
    # The official text: 24 项具体任务 (article 6); 33 rows of the two tables, counted by hand in them;
    # 71 scoring sentences: each ends in its 分, counted here in the text itself.
    boards = book.scorecard.boards.values()
    tasks = [task for board in boards for category in board.categories for task in category.tasks]
    assert len(tasks) == 24
    assert [len(board.categories) for board in boards] == [4, 5]
    assert [len(list(board.indicators())) for board in boards] == [17, 16]
    assert len(list(book.items())) == 71
    table = "".join(line for line in TEXT.splitlines() if line.count("\t") >= 4)
    scored = re.sub(r"[（(]满分 [\d.]+ 分[)）]", "", table)
    assert len(re.findall(r"\d 分(?!~|及|（含)", scored)) == 71


def test_ledger_names_every_article_and_the_two_that_are_not_in_the_source(book: ScorecardRulebook) -> None:
    ids = {clause.id: clause for clause in book.clauses}
    assert {clause.id for clause in book.clauses if clause.status == "not_in_source"} == {
        "第十条",
        "第十一条",
    }
    for article in re.findall(r"^第[一二三四五六七八九十]+条", TEXT, re.MULTILINE):
        assert ids[article].quote is not None


def test_ledger_and_indicators_together_quote_all_of_the_text(book: ScorecardRulebook) -> None:
    # What is left of the regulation without its quotes is headings, numbers and the signature.
    rest = TEXT.replace("\n", "")
    quotes = [clause.quote for clause in book.clauses if clause.quote]
    for board in book.scorecard.boards.values():
        for category in board.categories:
            quotes.append(category.title)
            for task in category.tasks:
                quotes.append(task.title)
                quotes += [text for one in task.indicators for text in (one.criterion, one.target)]
    for quote in sorted(quotes, key=len, reverse=True):
        rest = rest.replace(quote, "")
    headings = (
        r"第[一二三四五六七八九十]+[章条]|总则|职责分工|考核内容与指标|考核方式与程序|考核档案管理要求|附则"
    )
    rest = re.sub(headings + r"|[(（][一二三四五六][)）]|说明：|总计|[\t\s\d。]", "", rest)
    columns = "考核项目工作内容年度任务指标分值(分)给分要点考核分数(分)"
    assert rest.replace(columns, "|") == (
        "东胜区人才服务中心考核管理办法考核材料管理附件：东胜区人才服务中心考核指标"
        "中共鄂尔多斯市东胜区委员会人才工作领导小组办公室年月日"
        "人才服务中心运营考核指标一、人才服务中心基础分值指标|二、人才服务中心附加分值指标|"
    )


def changed(tmp_path: Path, change: Any) -> RulebookFile:
    """The Dongsheng rulebook with one thing changed, in a folder of its own."""
    data = yaml.safe_load(DONGSHENG.path.read_text(encoding="utf-8"))
    change(data)
    (tmp_path / "regulation.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "rulebook.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return open_rulebook(tmp_path / "rulebook.yaml")


def b09(data: Any) -> Any:
    """Indicator B09 in a rulebook's data."""
    return data["scorecard"]["boards"]["base"]["categories"][1]["tasks"][2]["indicators"][0]


FAULTS: dict[str, tuple[Any, str]] = {
    "a quote that is not in the text": (lambda d: d["clauses"][1].update(quote="本办法不适用"), "第一条"),
    "an indicator's words changed": (lambda d: b09(d).update(target="服务工单 200 单以上"), "B09 target"),
    "a scoring sentence without an item": (
        lambda d: b09(d)["items"][0].update(quote="每 5 单 0.4 分"),
        "B09.1",
    ),
    "points that do not add up": (lambda d: b09(d).update(points="13"), "add up"),
    "a cap mismatch not declared": (lambda d: b09(d)["items"][0].update(cap="11"), "caps_differ"),
    "a reason without a mismatch": (lambda d: b09(d).update(caps_differ="因为"), "caps_differ"),
    "an article without its entry": (lambda d: d["clauses"].pop(1), "第一条"),
    "an article said to be missing": (lambda d: d["clauses"][1].update(status="not_in_source"), "第一条"),
    "a default that is no choice": (lambda d: d["readings"]["unproven"].update(default="maybe"), "default"),
    "a reading that nothing uses": (
        lambda d: d["readings"].update(idle=d["readings"]["unproven"]),
        "changes nothing",
    ),
    "a choice left out": (
        lambda d: d["scorecard"]["payment"]["balance"]["annual"]["rule"].pop("share_of_rest"),
        "annual_balance",
    ),
    "a table that is not there": (lambda d: b09(d)["items"][0]["measure"].update(table="orders"), "orders"),
    "a kind that is not there": (
        lambda d: b09(d)["items"][0]["measure"].update(where={"mode": "remote"}),
        "remote",
    ),
    "a column that is not there": (lambda d: d["checks"][0].update(column="ended_on"), "ended_on"),
    "a reason that is not there": (
        lambda d: d["tables"]["contracts"]["counts"][0].update(reason="lost"),
        "lost",
    ),
    "bands that do not rise": (
        lambda d: d["scorecard"]["payment"]["parts"][0]["bands"][0].update(up_to="85"),
        "bands",
    ),
    "an id given twice": (lambda d: d["checks"].append(d["checks"][0]), "2 of them"),
    "a key that is not known": (lambda d: d.update(author="我"), "author"),
    "a check without what its kind needs": (lambda d: d["checks"][0].pop("other"), "other"),
    "conditions without the table they look in": (lambda d: d["tables"].pop("proofs"), "table 'proofs'"),
    "a personal column that is no text": (
        lambda d: d["tables"]["activities"]["columns"]["held_on"].update(personal=True),
        "type date",
    ),
    "a personal column that chooses rows": (
        lambda d: d["tables"]["work_orders"]["counts"][1].update(column="client"),
        "whether a row counts",
    ),
    "a personal column with choices": (
        lambda d: d["tables"]["register"]["columns"]["kind"].update(personal=True),
        "chooses rows",
    ),
    "a personal column that names rows": (
        lambda d: d["tables"]["verifications"]["columns"]["row_id"].update(personal=True),
        "names rows",
    ),
    "a reviewer as a person": (
        lambda d: d["tables"]["judgements"]["columns"]["reviewer"].update(personal=True),
        "compared with the params",
    ),
    "a key of persons named by a column that is not": (
        lambda d: d["tables"]["activities"]["columns"]["activity_id"].update(personal=True),
        "tables.attendance.activity_id: found not personal",
    ),
    "a column of persons naming a key that is not": (
        lambda d: d["tables"]["attendance"]["columns"]["activity_id"].update(personal=True),
        "tables.attendance.activity_id: found personal",
    ),
    "a reference to a key of which a part is a person": (
        lambda d: d["tables"]["contracts"]["columns"]["service"].update(references="attendance"),
        "tables.contracts.service: found a reference to attendance",
    ),
    "a rule kind that is not known": (lambda d: b09(d)["items"][0].update(rule={"kind": "magic"}), "rule"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_lint_refuses(fault: str, tmp_path: Path) -> None:
    change, named = FAULTS[fault]
    problems = lint(changed(tmp_path, change))
    assert any(named in str(problem) for problem in problems), problems


def test_two_columns_that_are_compared_must_be_marked_alike() -> None:
    book = open_rulebook(find("quanzhou-talent-home")).in_force({})
    staff = book.tables["staff"]
    unmarked = {name: one.model_copy(update={"personal": False}) for name, one in staff.columns.items()}
    tables = book.tables | {"staff": staff.model_copy(update={"columns": unmarked})}
    found = list(personal_faults(book.model_copy(update={"tables": tables}), ""))
    assert [problem.where for problem in found] == [": check checkins.own_staff"]


def test_lint_of_an_unchanged_copy_finds_nothing(tmp_path: Path) -> None:
    assert lint(changed(tmp_path, lambda _: None)) == ()


def test_a_new_regulation_of_the_same_kinds_needs_no_python(tmp_path: Path, monkeypatch: Any) -> None:
    folder = tmp_path / "another-2030"
    folder.mkdir()
    file = changed(folder, lambda d: d.update(id="another-2030", title="另一办法"))
    monkeypatch.setattr("talentcalc.rulebook.load.SHELF", tmp_path)
    assert names() == ("another-2030",)
    assert open_rulebook(find("another-2030")).in_force({}).title == "另一办法"
    assert file.path.parent.parent == tmp_path


def test_no_indicator_stands_in_python() -> None:
    # The regulation is data: no indicator id, table kind or official wording of it in the package.
    ids = {item.id for item in DONGSHENG.in_force({}).items()}
    ids |= {name.split(".")[0] for name in ids}
    ids |= {"work_orders", "policy_talk", "activities", "register", "milestones"}
    ids |= {"talent_home", "talent_community", "comprehensive", "provincial", "plaque", "full_time"}
    for path in SHELF.parent.rglob("*.py"):
        words = set(re.findall(r"[A-Za-z_]\w*(?:\.\d)?", _code(path)))
        assert not words & ids, path


def _code(path: Path) -> str:
    """A module without its docstrings, comments and the command line's help."""
    text = re.sub(r'_EPILOG = """[\s\S]*?"""|"""[\s\S]*?"""|#.*', "", path.read_text(encoding="utf-8"))
    return re.sub(r'help="[^"]*"', "", text)


def test_published_schema_is_the_models_and_holds_for_the_rulebooks() -> None:
    published = json.loads((SHELF.parent / "rulebook" / "rulebook.schema.json").read_text(encoding="utf-8"))
    assert published == schema(), (
        "python -m talentcalc.rulebook.schema > talentcalc/rulebook/rulebook.schema.json"
    )
    check = jsonschema.Draft202012Validator(published)
    for name in names():
        data = json.loads(json.dumps(open_rulebook(find(name)).data, default=str))
        check.validate(data)
        table = next(iter(data["tables"].values()))
        next(iter(table["columns"].values()))["type"] = "float"
        assert not check.is_valid(data)


def test_unknown_rulebook_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match="dongsheng-2025"):
        find("../dongsheng-2025")
