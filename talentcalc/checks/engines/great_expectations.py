"""The checks by Great Expectations on pandas. The only place that imports it."""

import logging
import os
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read by Great Expectations on import
if os.path.expanduser("~") == "~":  # it also asks for a home on import, to look for settings there
    os.environ["HOME"] = os.devnull

import numpy as np
import pandas as pd

from talentcalc.left_out import left_out

# Half of the time of this import: scipy and altair serve three comparisons of distributions, SQLAlchemy
# databases. What is checked here are tables in memory.
with left_out(absent=("sqlalchemy",), on_use=("scipy.stats", "altair")):
    import great_expectations as gx
    import great_expectations.expectations as gxe
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )
    from great_expectations.execution_engine import PandasExecutionEngine
    from great_expectations.expectations.expectation import ColumnMapExpectation
    from great_expectations.expectations.metrics import ColumnMapMetricProvider, column_condition_partial

from talentcalc.checks.planned_check import HEADER_LINE, Lines, Mask, PlannedCheck
from talentcalc.evidence.tables.table import EvidenceTable

_KEY = "row_key"  # the whole key as other tables name it; rows without one differ by their line
_LINE = "row_line"  # the frame's index as a column, so that results name the failing lines

_NONE: Lines = np.array([], dtype=np.int64)

_WHETHER: dict[str, Any] = {"result_format": "BOOLEAN_ONLY"}
_WHICH: dict[str, Any] = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": [_LINE],
    "return_unexpected_index_query": False,
}

_failing: dict[str, Callable[[], Lines]] = {}
"""The rule of each check that Great Expectations has no expectation for, while a suite runs."""


class RowsHold(ColumnMapMetricProvider):  # type: ignore[misc]  # GX is untyped here
    """Which lines hold a check of one of our own kinds."""

    condition_metric_name = "column_values.talentcalc_rows_hold"
    condition_value_keys = ("check",)

    @column_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column: "pd.Series[int]", check: str, **_kwargs: Any) -> Mask:  # noqa: N805
        return ~column.isin(_failing[check]())


class ExpectRowsToHold(ColumnMapExpectation):  # type: ignore[misc]  # GX is untyped here
    """Expect every row to hold a check of one of our own kinds."""

    check: str
    map_metric = "column_values.talentcalc_rows_hold"
    success_keys = ("check", "mostly")


class SuiteError(Exception):
    """Great Expectations dropped, failed to run, or misreported an expectation."""


def run_with_great_expectations(planned: tuple[PlannedCheck, ...]) -> dict[str, Lines]:
    """An engine for `run_checks`: each check's failing lines.

    Raises:
        SuiteError: not exactly the planned checks were run.
    """
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral", project_config=_project())
    source = context.data_sources.add_pandas("evidence")
    # One for all tables: at each that is added the whole project is written anew.
    whole = source.add_dataframe_asset("table").add_batch_definition_whole_dataframe("whole")
    lines: dict[str, Lines] = {}
    by_frame: dict[int, list[PlannedCheck]] = defaultdict(list)
    for check in planned:
        by_frame[id(check.rows)].append(check)
    for checks in by_frame.values():
        rows = checks[0].rows
        assert isinstance(rows, EvidenceTable)  # what is in DuckDB is checked there
        frame = rows.frame.drop(columns=list(rows.missing)).assign(**{_KEY: rows.ids})
        frame = frame.rename_axis(_LINE).reset_index()
        batch = whole.get_batch({"dataframe": frame})
        if frame.empty:  # no cell that a value check could look at
            lines.update({check.id: _NONE for check in checks})
            checks = [check for check in checks if check.kind == "present"]
        lines.update(_run(batch, checks))
    return lines


def _project() -> DataContextConfig:
    """All in memory: of a folder for its pages it would read `$NAME` in the path as a variable."""
    return DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
    )


def _run(batch: Any, checks: list[PlannedCheck]) -> dict[str, Lines]:
    """First only whether each holds, as most do: which lines fail it takes twice as long to ask."""
    _failing.update({check.id: cache(check.failing) for check in checks})
    try:
        failed = [check for check, result in _validated(batch, checks, _WHETHER) if not result.success]
        which = _validated(batch, failed, _WHICH) if failed else []
    finally:
        _failing.clear()
    return {check.id: _NONE for check in checks} | {check.id: _lines(check, found) for check, found in which}


def _validated(
    batch: Any, checks: list[PlannedCheck], shape: dict[str, Any]
) -> list[tuple[PlannedCheck, Any]]:
    """Each check with what Great Expectations says of it."""
    wanted = {check.id: check for check in checks}
    suite = gx.ExpectationSuite(
        name=checks[0].rows.name, expectations=[_expectation(check) for check in checks]
    )
    if len(suite.expectations) != len(checks):
        raise SuiteError(f"{len(checks)} checks went in, {len(suite.expectations)} came out")
    said = []
    for result in batch.validate(suite, result_format=shape).results:
        check = wanted.pop(result.expectation_config.meta["check"])
        raised = result.exception_info
        if raised.get("raised_exception") or any(
            isinstance(one, dict) and one.get("raised_exception") for one in raised.values()
        ):
            raise SuiteError(f"{check.id}: {raised}")
        said.append((check, result))
    if wanted:
        raise SuiteError(f"not run: {', '.join(wanted)}")
    return said


def _lines(check: PlannedCheck, result: Any) -> Lines:
    """The lines that fail a check which does not hold."""
    if check.kind == "present":
        return np.array([HEADER_LINE])
    if not (found := result.result.get("unexpected_index_list")):
        raise SuiteError(f"{check.id} could not be run")
    return np.array(sorted(int(entry[_LINE]) for entry in found), dtype=np.int64)


def _expectation(check: PlannedCheck) -> gxe.Expectation:
    arguments = dict(check.arguments)
    column = check.column
    common = {"severity": check.severity, "meta": {"check": check.id}}
    match check.kind:
        case "present":
            return gxe.ExpectTableColumnsToMatchSet(
                column_set=list(arguments["columns"]), exact_match=False, **common
            )
        case "filled":
            return gxe.ExpectColumnValuesToNotBeNull(column=column, **common)
        case "unique":
            return gxe.ExpectColumnValuesToBeUnique(column=_KEY, **common)
        case "known" | "references":
            return gxe.ExpectColumnValuesToBeInSet(
                column=column, value_set=list(arguments["values"]), **common
            )
        case "in_range":
            return gxe.ExpectColumnValuesToBeBetween(
                column=column, min_value=arguments["least"], max_value=arguments["most"], **common
            )
        case "not_before":
            return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A=column,
                column_B=arguments["other"],
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                **common,
            )
        case _:
            return ExpectRowsToHold(column=_LINE, check=check.id, **common)
