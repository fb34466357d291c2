"""What can a person ask for? Each command calls one function; heavy imports wait until then."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

DONE, INTERNAL, REFUSED, BLOCKED = 0, 1, 2, 3

_EPILOG = """\
exit status:
  0  done
  1  internal error
  2  bad arguments, params or rulebook, or no such evidence folder
  3  the evidence cannot be read or failed a critical check
  4  a verification failed

examples:
  talentcalc run params/dongsheng-2025-annual.yaml
  talentcalc explain params/dongsheng-2025-annual.yaml B09
  talentcalc explain params/quanzhou-2025.yaml H21/2025-05
  talentcalc template dongsheng-2025 evidence.xlsx
"""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(
        prog="talentcalc",
        description="Reproducible audits of talent service organisations: every point leads back to\n"
        "its clause, its evidence row and its arithmetic.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("-q", "--quiet", action="store_true", help="say nothing but results and errors")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, summary: str, description: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=summary, description=description)
        made.add_argument(
            "-q",
            "--quiet",
            action="store_true",
            default=argparse.SUPPRESS,
            help="say nothing but results and errors",
        )
        return made

    def with_params(made: argparse.ArgumentParser) -> argparse.ArgumentParser:
        made.add_argument(
            "params", type=Path, metavar="PARAMS", help="the params file, e.g. params/NAME.yaml"
        )
        return made

    with_params(
        command(
            "run",
            "the whole audit: checks, score, HTML and PDF report",
            "Check the evidence, score it and render the report into "
            "outputs/<year>/<audit id>/, which appears whole or not at all.",
        )
    )
    with_params(
        command(
            "check",
            "the data checks alone",
            "Run every data check by Great Expectations and list what did not pass.",
        )
    )
    with_params(
        command(
            "score",
            "the result as JSON on stdout",
            "Print the result document, the same that `run` writes; no files, no notebook.",
        )
    )
    explain = with_params(
        command(
            "explain",
            "why an item, an indicator or a home got exactly these points",
            "Show the clause, the rows counted and set aside, the arithmetic, and what "
            "the next points would need.",
        )
    )
    explain.add_argument(
        "item",
        metavar="ITEM",
        help="an indicator or item (B09, B09.1); of a league a home, its month, a talent (H01, H01/2025-03)",
    )
    with_params(
        command(
            "next-year",
            "the next year's table of homes from this year's league",
            "Write the following year's table of homes beside this year's evidence: stars, consecutive "
            "drops, opening points and delistings as this year left them. Nothing is overwritten.",
        )
    )
    template = command(
        "template",
        "an empty evidence workbook",
        "Write an empty workbook: one sheet a table, Chinese headers, drop-downs, notes.",
    )
    template.add_argument("rulebook", metavar="RULEBOOK", help="a rulebook's id, e.g. dongsheng-2025")
    template.add_argument(
        "file", type=Path, metavar="FILE.xlsx", help="the workbook to write; must not exist"
    )
    books = command("rulebook", "the rulebooks: list, show, lint", "List, show or check rulebooks.")
    actions = books.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="the rulebooks that come with the package")
    actions.add_parser("show", help="one of them in full").add_argument("rulebook", metavar="RULEBOOK")
    actions.add_parser("lint", help="prove a rulebook against its official text").add_argument(
        "rulebook", metavar="RULEBOOK", help="a rulebook's id, or the path of a rulebook.yaml"
    )
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    asked = parser().parse_args(arguments)
    from talentcalc.errors import Refusal

    try:
        status = _dispatch(asked)
        sys.stdout.flush()
        return status
    except Refusal as refusal:
        from talentcalc.report.characters import literal

        for problem in refusal.problems:
            print(f"talentcalc: {literal(str(problem))}", file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print("talentcalc: interrupted; nothing was left half-done", file=sys.stderr)
        return 130
    except Exception as error:
        print(f"talentcalc: {type(error).__name__}: {error}", file=sys.stderr)
        return INTERNAL


def _dispatch(asked: argparse.Namespace) -> int:
    match asked.command:
        case "run":
            return _run(asked)
        case "check":
            return _check(asked)
        case "score":
            return _score(asked)
        case "explain":
            return _explain(asked)
        case "next-year":
            return _next_year(asked)
        case "template":
            from talentcalc.evidence.template import write_template

            write_template(asked.rulebook, asked.file)
            return DONE
        case _:
            return _rulebook(asked)


def _tell(asked: argparse.Namespace, text: str) -> None:
    if not asked.quiet:
        from talentcalc.report.characters import literal

        print(literal(text), file=sys.stderr, flush=True)


def _run(asked: argparse.Namespace) -> int:
    from talentcalc.params import open_audit

    audit = open_audit(asked.params)  # refused at once, before anything heavy is loaded
    from talentcalc.report.text import finding_lines, summary_lines
    from talentcalc.run import RunFailed, run_audit

    try:
        run = run_audit(
            audit, lambda text: _tell(asked, text), progress=not asked.quiet and sys.stderr.isatty()
        )
    except RunFailed as failure:
        print(f"talentcalc: the run failed: {failure}\nwhat there is of it: {failure.kept}", file=sys.stderr)
        return INTERNAL
    for line in finding_lines(run.result, ("critical",)):
        print(line, file=sys.stderr)
    for line in summary_lines(run.result):
        _tell(asked, line)
    names = sorted(file.name for file in run.folder.iterdir())
    made = ", ".join(sorted(names, key=lambda name: not name.startswith("report")))
    _tell(asked, f"{os.path.relpath(run.folder)}/{made}")
    return BLOCKED if run.result["status"] == "blocked" else DONE


def _check(asked: argparse.Namespace) -> int:
    from talentcalc.params import open_audit

    audit = open_audit(asked.params)
    _tell(asked, f"{audit.params.subject}：运行数据检查")
    from talentcalc.assess import assess, check_evidence
    from talentcalc.checks.great import run_great
    from talentcalc.evidence.read import read_evidence
    from talentcalc.report.text import check_summary, finding_lines

    evidence = read_evidence(audit.evidence, audit.rulebook, audit.withheld)
    result = assess(audit, evidence, check_evidence(audit, evidence, run_great))
    for line in finding_lines(result, ("critical", "warning", "info"), colour=sys.stdout.isatty()):
        print(line)
    if not asked.quiet:
        print(check_summary(result))
    return BLOCKED if result["status"] == "blocked" else DONE


def _score(asked: argparse.Namespace) -> int:
    from talentcalc.assess import assess_file
    from talentcalc.report.text import finding_lines
    from talentcalc.result.document import canonical

    result = assess_file(asked.params)
    sys.stdout.buffer.write(canonical(result))
    for line in finding_lines(result, ("critical",)):
        print(line, file=sys.stderr)
    return BLOCKED if result["status"] == "blocked" else DONE


def _assessed(asked: argparse.Namespace) -> tuple[Any, Any, dict[str, Any]] | None:
    """An audit with its evidence and result; None if it is blocked, which is then said."""
    from talentcalc.assess import assess_plainly
    from talentcalc.params import open_audit
    from talentcalc.report.text import finding_lines

    audit = open_audit(asked.params)
    evidence, result = assess_plainly(audit)
    if result["status"] != "blocked":
        return audit, evidence, result
    for line in finding_lines(result, ("critical",)):
        print(line, file=sys.stderr)
    return None


def _explain(asked: argparse.Namespace) -> int:
    from talentcalc.assess import check_ins_of
    from talentcalc.report.text import explained
    from talentcalc.report.text_league import explained_home, explained_talent, wanted_of

    if (assessed := _assessed(asked)) is None:
        return BLOCKED
    audit, evidence, result = assessed
    if "homes" not in result:
        lines = explained(result, asked.item)
    else:
        column, key, month = wanted_of(result, asked.item)
        checkins = check_ins_of(audit, evidence, column, key)
        if column == "home_id":
            lines = explained_home(result, key, month, checkins)
        else:
            lines = explained_talent(result, key, checkins)
    print(*lines, sep="\n")
    return DONE


def _next_year(asked: argparse.Namespace) -> int:
    from talentcalc.next_year import write_next_year

    if (assessed := _assessed(asked)) is None:
        return BLOCKED
    path, result = write_next_year(*assessed), assessed[2]
    year = int(result["year"])
    _tell(asked, f"{result['subject']}：{len(result['homes'])} 个站点")
    _tell(asked, f"请把 {year} 年的延长期（extensions）一并带入 {year + 1} 年的材料")
    print(os.path.relpath(path))
    return DONE


def _rulebook(asked: argparse.Namespace) -> int:
    from talentcalc.errors import Refusal
    from talentcalc.rulebook.load import find, names, open_rulebook

    if asked.action == "list":
        for name in names():
            book = open_rulebook(find(name)).in_force({})
            print(f"{name}\t{book.version}\t{book.title}")
        return DONE
    if asked.action == "show":
        from talentcalc.rulebook.show import outline

        for line in outline(open_rulebook(find(asked.rulebook)).in_force({})):
            print(line)
        return DONE
    from talentcalc.rulebook.lint import lint

    path = Path(asked.rulebook)
    file = open_rulebook(path if path.is_file() else find(asked.rulebook))
    problems = lint(file)
    if problems:
        raise Refusal(problems)
    _tell(asked, f"{file.path.name}: sound under every reading")
    return DONE
