"""The commands about an audit: each calls one function; heavy imports wait until then."""

import argparse
import sys
from pathlib import Path
from typing import Any

from talentcalc.cli.console import (
    BLOCKED,
    DONE,
    INTERNAL,
    print_document,
    print_lines,
    print_problems,
    print_progress,
)
from talentcalc.core.errors import path_from_here
from talentcalc.messages.catalogue import PAPERS, wording
from talentcalc.messages.message import message


def run(arguments: argparse.Namespace) -> int:
    """Run the whole audit into `outputs/<year>/<audit id>/`."""
    from talentcalc.params.audit import open_audit

    audit = open_audit(arguments.params)  # refused at once, before anything heavy is loaded
    from talentcalc.pipeline.run import RunFailed, run_audit

    try:
        run = run_audit(
            audit,
            lambda text: print_progress(arguments, text, PAPERS),
            progress=not arguments.quiet and sys.stderr.isatty(),
        )
    except RunFailed as failure:
        kept = message("cli.run_kept", folder=str(failure.kept))
        print_problems([message("cli.run_failed", failure=str(failure)), kept])
        return INTERNAL
    from talentcalc.report.terminal.result import finding_lines, summary_lines

    print_lines(*finding_lines(run.result, ("critical",)), to=sys.stderr)
    for line in summary_lines(run.result):
        print_progress(arguments, line)
    names = sorted(file.name for file in run.folder.iterdir())
    made = ", ".join(sorted(names, key=lambda name: not name.startswith("report")))
    print_progress(arguments, f"{path_from_here(run.folder)}/{made}")
    return BLOCKED if run.result.status == "blocked" else DONE


def check(arguments: argparse.Namespace) -> int:
    """Run the data checks alone, by Great Expectations."""
    from talentcalc.params.audit import open_audit

    audit = open_audit(arguments.params)
    print_progress(arguments, message("cli.checking", subject=audit.params.subject), PAPERS)
    from talentcalc.checks.engines.great_expectations import run_with_great_expectations
    from talentcalc.evidence.read import read_evidence
    from talentcalc.evidence.stores.snapshot import in_files
    from talentcalc.pipeline.assess import assess, check_evidence
    from talentcalc.report.terminal.result import check_summary, finding_lines

    with in_files(audit) as audit_in_files:
        evidence = read_evidence(audit_in_files.evidence, audit.rulebook, audit.withheld, audit.params.ignore)
        result = assess(audit, evidence, check_evidence(audit, evidence, run_with_great_expectations))
    colour = sys.stdout.isatty()
    print_lines(*finding_lines(result, ("critical", "warning", "info"), colour), painted=colour)
    if not arguments.quiet:
        print_lines(check_summary(result))
    return BLOCKED if result.status == "blocked" else DONE


def score(arguments: argparse.Namespace) -> int:
    """Print the result as JSON on stdout."""
    from talentcalc.pipeline.assess import assess_file
    from talentcalc.report.terminal.result import finding_lines

    result = assess_file(arguments.params)
    print_document(result)
    print_lines(*finding_lines(result, ("critical",)), to=sys.stderr)
    return BLOCKED if result.status == "blocked" else DONE


def _assessed(arguments: argparse.Namespace) -> tuple[Any, Any, Any] | None:
    """An audit with its evidence and result; None if it is blocked, with the findings printed."""
    from talentcalc.params.audit import open_audit
    from talentcalc.pipeline.assess import assess_plainly
    from talentcalc.report.terminal.result import finding_lines

    audit = open_audit(arguments.params)
    evidence, result = assess_plainly(audit)
    if result.status != "blocked":
        return audit, evidence, result
    print_lines(*finding_lines(result, ("critical",)), to=sys.stderr)
    return None


def explain(arguments: argparse.Namespace) -> int:
    """Explain the points of an item, an indicator or a home."""
    from talentcalc.pipeline.assess import check_ins_of
    from talentcalc.report.terminal.league import explained_home, explained_talent, wanted_of
    from talentcalc.report.terminal.result import explained
    from talentcalc.result.model.result import ScorecardResult

    if (assessed := _assessed(arguments)) is None:
        return BLOCKED
    audit, evidence, result = assessed
    if isinstance(result, ScorecardResult):
        lines = explained(result, arguments.item)
    else:
        column, key, month = wanted_of(result, arguments.item)
        checkins = check_ins_of(audit, evidence, column, key)
        if column == "home_id":
            lines = explained_home(result, key, month, checkins)
        else:
            lines = explained_talent(result, key, checkins)
    print_lines(*lines)
    return DONE


def plan(arguments: argparse.Namespace) -> int:
    """Write the workbook of the rows to verify independently."""
    from talentcalc.core.errors import InputError, Problem
    from talentcalc.core.files.durable import write_new
    from talentcalc.evidence.template import must_be_a_new_workbook
    from talentcalc.params.audit import open_audit
    from talentcalc.params.form import ScorecardParams

    if not isinstance(open_audit(arguments.params).params, ScorecardParams):
        raise InputError(Problem(arguments.params.name, message("cli.plan_of_league")))
    must_be_a_new_workbook(arguments.file)
    if (assessed := _assessed(arguments)) is None:
        return BLOCKED
    from talentcalc.analysis.sampling.plan import plan as planned
    from talentcalc.core.files.temporary import temporary_files
    from talentcalc.pipeline.verification_plan import plan_workbook

    audit, evidence, result = assessed
    made = planned(audit, evidence, result.critical_evidence.critical_rows)
    with temporary_files():
        content = plan_workbook(audit, evidence, made)
    write_new(arguments.file, content)
    rows = message("cli.rows_to_verify", subject=audit.params.subject, rows=len(made.rows))
    print_progress(arguments, rows, PAPERS)
    print_lines(path_from_here(arguments.file))
    return DONE


def next_year(arguments: argparse.Namespace) -> int:
    """Write the next period of an audit: a scorecard's params and evidence, a league's table of homes."""
    from talentcalc.result.model.result import ScorecardResult
    from talentcalc.rollover.league_year import write_next_year

    if (assessed := _assessed(arguments)) is None:
        return BLOCKED
    if isinstance(assessed[2], ScorecardResult):
        return _next_period(arguments, *assessed)
    path, result = write_next_year(*assessed), assessed[2]
    homes = message("cli.homes", subject=result.subject, homes=len(result.homes))
    print_progress(arguments, homes, PAPERS)
    extensions = message("cli.take_extensions", year=result.year, next_year=result.year + 1)
    print_progress(arguments, extensions, PAPERS)
    print_lines(path_from_here(path))
    return DONE


def _next_period(arguments: argparse.Namespace, audit: Any, evidence: Any, result: Any) -> int:
    from talentcalc.rollover.next_params import TO_FILL_IN
    from talentcalc.rollover.scorecard_period import roll_forward

    rolled = roll_forward(audit, evidence, result)
    for note in rolled.notes:
        print_progress(arguments, note, PAPERS)
    fill_in = message("cli.fill_in", params=path_from_here(rolled.params), mark=TO_FILL_IN)
    print_progress(arguments, fill_in, PAPERS)
    print_lines(path_from_here(rolled.evidence), path_from_here(rolled.params))
    return DONE


def rulebook(arguments: argparse.Namespace) -> int:
    """List, show or check rulebooks."""
    from talentcalc.core.errors import InputError
    from talentcalc.rulebook.load import find, names, open_rulebook

    if arguments.action == "list":
        for name in names():
            book = open_rulebook(find(name)).in_force({})
            print_lines(f"{name}\t{book.version}\t{book.title}")
        return DONE
    if arguments.action == "show":
        from talentcalc.rulebook.show import outline

        lines = outline(open_rulebook(find(arguments.rulebook)).in_force({}))
        text = "\n".join(wording(line, PAPERS) for line in lines)
        print_lines(*text.split("\n"))
        return DONE
    from talentcalc.rulebook.lint import lint

    path = Path(arguments.rulebook)
    file = open_rulebook(path if path.is_file() else find(arguments.rulebook))
    problems = lint(file)
    if problems:
        raise InputError(problems)
    print_progress(arguments, message("cli.rulebook_sound", file=file.path.name))
    return DONE


def template(arguments: argparse.Namespace) -> int:
    """Write an empty evidence workbook."""
    from talentcalc.evidence.template import write_template

    write_template(arguments.rulebook, arguments.file)
    return DONE
