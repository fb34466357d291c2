"""Evidence for publication: persons as pseudonyms, electronic proofs withheld, nothing else touched."""

import codecs
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

import pyarrow as pa

from talentcalc.errors import Problem, Refusal, shown
from talentcalc.evidence.from_grid import refused_lines, table_of, unreadable
from talentcalc.evidence.grid import Grid, Unreadable
from talentcalc.evidence.headers import grid_columns
from talentcalc.evidence.left_over import Unread, left_over, refused_files
from talentcalc.evidence.named_proofs import named_proofs
from talentcalc.evidence.proofs import ProofFiles
from talentcalc.evidence.read import submitted
from talentcalc.evidence.readers.csv_file import csv_grids
from talentcalc.evidence.readers.on_disk import OnDisk
from talentcalc.evidence.readers.parquet_file import parquet_grids
from talentcalc.evidence.submission import submission_of
from talentcalc.evidence.table import EvidenceTable, Source
from talentcalc.finding import Finding
from talentcalc.params import Audit
from talentcalc.publication.pseudonyms import Pseudonyms, fingerprint
from talentcalc.publication.row_names import renamed_rows
from talentcalc.redaction import Redaction
from talentcalc.result.document import canonical
from talentcalc.rulebook.check import FileThere
from talentcalc.rulebook.table import Table

_PART = 100_000  # rows of a large table in memory at a time

Content = Grid | OnDisk


def redact(audit: Audit, secret: bytes, folder: Path) -> tuple[Path, Path]:
    """Write an audit's evidence with pseudonyms for persons; the new evidence folder, and its note.

    `folder/evidence/` has a file for each table submitted: Parquet if it was Parquet, else CSV. Of its
    columns those are kept that the rulebook knows, under their English names; of another nobody has said
    that it is not personal. Texts of personal columns become pseudonyms, in keys and in the columns that
    name rows by key too; every other cell stays as it was read. So does free text (reasons, comments,
    notes, titles): who writes a name there publishes it. `folder/redaction.json` lists what is withheld.

    Raises:
        Refusal: the audit is a redacted one, or its evidence cannot be read without a critical finding,
            or something is in the folder, or two values share a pseudonym. What the folder then holds is
            not to be used.
    """
    if audit.redaction is not None:
        raise Refusal(
            Problem(audit.id, "a redacted audit", "the original one", "redact the audit that was submitted")
        )
    book, findings = audit.rulebook, list[Finding]()
    contents, unread = _contents(audit, findings)
    tables = {
        name: table_of(name, book.tables[name], content, source, findings)
        for name, (content, source) in contents.items()
        if isinstance(content, Grid) and not book.tables[name].large
    }
    files = ProofFiles(audit.evidence if audit.evidence.is_dir() else audit.evidence.parent)
    findings += left_over(unread, named_proofs(book, tables, files, (), findings), book, ())
    _must_be_readable(findings)
    pseudonyms = Pseudonyms(secret)
    renamed = renamed_rows(book, tables, pseudonyms)
    evidence = _new(folder / "evidence")
    columns = {}
    for name, (content, source) in contents.items():
        spec = book.tables[name]
        try:
            parts = _redacted(name, spec, content, source, renamed.get(name, {}), pseudonyms, findings)
            kept = _write(evidence / name, source, parts)
            if isinstance(content, OnDisk):
                content.must_be_unchanged()
        except Unreadable as error:
            findings.append(unreadable(name, error, source.file))
        else:
            columns[name] = tuple(column for column in kept if spec.columns[column].personal)
    _must_be_readable(findings)
    pseudonyms.must_differ()
    redaction = Redaction(
        note="talentcalc/redaction/1",
        key=fingerprint(secret),
        columns={name: personal for name, personal in columns.items() if personal},
        withheld=_withheld(audit, tables, files, pseudonyms),
    )
    note = folder / "redaction.json"
    note.write_bytes(canonical(redaction.model_dump(mode="json")))
    return evidence, note


def _contents(
    audit: Audit, findings: list[Finding]
) -> tuple[dict[str, tuple[Content, Source]], list[Unread]]:
    """Each table's content, and what was handed in and is none."""
    contents: dict[str, tuple[Content, Source]] = {}
    submission, unread = submission_of(audit.evidence, audit.params.ignore), list[Unread]()
    findings += refused_files(submission, audit.rulebook)
    for name, content, source in submitted(submission, audit.rulebook, findings, unread):
        if name in contents:
            findings.append(unreadable(name, Unreadable("有两个来源"), source.file))
        contents[name] = content, source
    _must_be_readable(findings)
    return contents, unread


def _must_be_readable(findings: list[Finding]) -> None:
    critical = [finding for finding in findings if finding.severity == "critical"]
    if critical:
        wanted, remedy = "evidence without a critical finding", "correct it and run the audit again"
        raise Refusal(Problem(one.check, one.title, wanted, remedy) for one in critical)


def _new(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise Refusal(
            Problem("FOLDER", f"{shown(str(folder))}: {error.strerror}", "a new folder", "name another one")
        ) from None
    return folder


def _redacted(
    name: str,
    spec: Table,
    content: Content,
    source: Source,
    renamed: Mapping[str, pa.Array],
    pseudonyms: Pseudonyms,
    findings: list[Finding],
) -> Iterator[pa.Table]:
    """The rows in parts, each with the columns that the rulebook knows, in its order."""
    for number, grid in enumerate(_grids(content, spec)):
        places = grid_columns(name, spec, grid, source, findings if number == 0 else [])
        if grid.refused:
            findings.append(refused_lines(name, grid.refused, source))
        columns = {}
        for column in spec.columns:
            if column in renamed:
                columns[column] = renamed[column]
            elif column in places:
                texts = grid.columns[places[column]]
                columns[column] = pseudonyms.of_column(texts) if spec.columns[column].personal else texts
        yield pa.table(columns)


def _grids(content: Content, spec: Table) -> Iterator[Grid]:
    if isinstance(content, Grid):
        yield content
    elif content.path.suffix.lower() == ".parquet":
        yield from parquet_grids(content.path, spec.headers, _PART)
    else:
        with content.path.open("rb") as stream:
            yield from csv_grids(stream, spec.headers, _PART)


def _write(path: Path, source: Source, parts: Iterator[pa.Table]) -> list[str]:
    """Write the parts into one file; the names of its columns."""
    from pyarrow import csv, parquet

    first = next(parts)
    if source.file.lower().endswith(".parquet"):
        with parquet.ParquetWriter(path.with_suffix(".parquet"), first.schema, compression="zstd") as writer:
            for part in chain([first], parts):
                writer.write_table(part)
    else:
        with path.with_suffix(".csv").open("wb") as stream:
            stream.write(codecs.BOM_UTF8)  # or Excel takes it for another encoding
            with csv.CSVWriter(stream, first.schema) as writer:
                for part in chain([first], parts):
                    writer.write_table(part)
    return [str(name) for name in first.column_names]


def _withheld(
    audit: Audit, tables: Mapping[str, EvidenceTable], files: ProofFiles, pseudonyms: Pseudonyms
) -> dict[str, str]:
    """The sha256 of each file that a check wants to be there, by its path as it then stands."""
    withheld = {}
    for check in audit.rulebook.checks:
        if isinstance(check, FileThere) and check.table in tables:
            rows = tables[check.table]
            personal = rows.spec.columns[check.column].personal
            for path in rows.frame[check.column][rows.where(check.only)].dropna():
                sha256 = files.sha256(path)
                if sha256 is not None:
                    withheld[pseudonyms.of(path) if personal else str(path)] = sha256
    return withheld
