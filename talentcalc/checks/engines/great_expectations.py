"""The checks by Great Expectations on pandas. The only place that imports it."""

import logging
import os
from collections import defaultdict
from typing import Any

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read by Great Expectations on import
if os.path.expanduser("~") == "~":  # it also asks for a home on import, to look for settings there
    os.environ["HOME"] = os.devnull

import numpy as np

from talentcalc.checks.kinds.present import HEADER_LINE, PresentCheck
from talentcalc.checks.planned_check import ROW_KEY, Lines, PlannedCheck
from talentcalc.core.deferred_imports import deferred_imports
from talentcalc.evidence.tables.table import EvidenceTable

# Half of the time of this import: scipy and altair serve three comparisons of distributions, SQLAlchemy
# databases. What is checked here are tables in memory.
with deferred_imports(absent=("sqlalchemy",), on_use=("scipy.stats", "altair")):
    import great_expectations as gx
    import great_expectations.expectations as gxe
    from great_expectations.core.metric_domain_types import MetricDomainTypes
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )
    from great_expectations.execution_engine import PandasExecutionEngine
    from great_expectations.expectations.expectation import BatchExpectation
    from great_expectations.expectations.metrics.metric_provider import metric_value
    from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

_LINE = "row_line"  # the frame's index as a column, so that results name the failing lines
_FAILING = "table.talentcalc_failing_lines"

_NONE: Lines = np.array([], dtype=np.int64)


class FailingLines(TableMetricProvider):  # type: ignore[misc]  # GX is untyped here
    """The lines of a batch that fail a check, by the check's own rule."""

    metric_name = _FAILING
    value_keys = ("check",)

    @metric_value(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(
        cls,  # noqa: N805
        execution_engine: Any,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, PlannedCheck],
        **_others: Any,
    ) -> list[int]:
        frame, _, _ = execution_engine.get_compute_domain(metric_domain_kwargs, MetricDomainTypes.TABLE)
        lines = frame[_LINE]
        failing: list[int] = lines[lines.isin(metric_value_kwargs["check"].failing())].tolist()
        return failing


class ExpectNoRowToFail(BatchExpectation):  # type: ignore[misc]  # GX is untyped here
    """Expect that no row fails a check of a kind that Great Expectations does not have."""

    check: Any  # a PlannedCheck, which the pydantic of Great Expectations knows no validator for
    metric_dependencies = (_FAILING,)
    success_keys = ("check",)
    args_keys = ("check",)

    def _validate(self, metrics: dict[str, list[int]], **_others: Any) -> dict[str, Any]:
        failing = [{_LINE: line} for line in metrics[_FAILING]]
        return {"success": not failing, "result": {"unexpected_index_list": failing}}


class SuiteError(Exception):
    """Great Expectations dropped, failed to run, or misreported an expectation."""


def run_with_great_expectations(planned: tuple[PlannedCheck, ...]) -> dict[str, Lines]:
    """An engine for `run_checks`: each check's failing lines.

    Raises:
        SuiteError: not exactly the planned checks were run.
    """
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral", project_config=_project())
    # One batch definition for all tables: with each, the whole project is written anew.
    asset = context.data_sources.add_pandas("evidence").add_dataframe_asset("tables")
    whole = asset.add_batch_definition_whole_dataframe("whole")
    lines: dict[str, Lines] = {check.id: _NONE for check in planned}
    by_frame: dict[int, list[PlannedCheck]] = defaultdict(list)
    for check in planned:
        by_frame[id(check.rows)].append(check)
    for checks in by_frame.values():
        rows = checks[0].rows
        assert isinstance(rows, EvidenceTable)  # what is in DuckDB is checked there
        frame = rows.frame.drop(columns=list(rows.missing)).assign(**{ROW_KEY: rows.ids})
        batch = whole.get_batch({"dataframe": frame.rename_axis(_LINE).reset_index()})
        if frame.empty:  # no cell that a value check could look at
            checks = [check for check in checks if isinstance(check, PresentCheck)]
        # Most checks hold: only those that fail are asked for their rows, which takes twice as long.
        failed = [check for check, result in _results(batch, checks, "BOOLEAN_ONLY") if not result.success]
        lines |= {check.id: _lines(check, result) for check, result in _results(batch, failed, "COMPLETE")}
    return lines


def _project() -> DataContextConfig:
    """All in memory: of a folder for its pages it would read `$NAME` in the path as a variable."""
    return DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
    )


def _results(batch: Any, checks: list[PlannedCheck], result_format: str) -> list[tuple[PlannedCheck, Any]]:
    """What a suite of these checks says of a batch, in a result format of this name."""
    if not checks:
        return []
    waiting = {check.id: check for check in checks}
    suite = gx.ExpectationSuite(
        name=checks[0].rows.name, expectations=[_expectation(check) for check in checks]
    )
    if len(suite.expectations) != len(checks):
        raise SuiteError(f"{len(checks)} checks went in, {len(suite.expectations)} came out")
    settings = {
        "result_format": result_format,
        "unexpected_index_column_names": [_LINE],
        "return_unexpected_index_query": False,
    }
    validated = batch.validate(suite, result_format=settings).results
    results = [(waiting.pop(result.expectation_config.meta["check"]), result) for result in validated]
    if waiting:
        raise SuiteError(f"not run: {', '.join(waiting)}")
    return results


def _lines(check: PlannedCheck, result: Any) -> Lines:
    raised = result.exception_info
    if raised.get("raised_exception") or any(
        isinstance(info, dict) and info.get("raised_exception") for info in raised.values()
    ):
        raise SuiteError(f"{check.id}: {raised}")
    if isinstance(check, PresentCheck):
        return np.array([HEADER_LINE])
    if not result.result.get("unexpected_index_list"):
        raise SuiteError(f"{check.id} could not be run")
    return np.array(sorted(int(row[_LINE]) for row in result.result["unexpected_index_list"]), dtype=np.int64)


def _expectation(check: PlannedCheck) -> gxe.Expectation:
    common = {"severity": check.severity, "meta": {"check": check.id}}
    known = check.expectation()
    if known is None:
        return ExpectNoRowToFail(check=check, **common)
    return getattr(gxe, known.name)(**known.arguments, **common)
