"""Evidence for publication: persons as pseudonyms wherever they are named, electronic proofs withheld."""

import codecs
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.evidence.tables.formula_text import escape_formulas
from talentcalc.evidence.tables.table import Source
from talentcalc.messages.message import Text, message
from talentcalc.params.redaction_notice import RedactionNotice
from talentcalc.redaction.changed_places import ChangedPlaces
from talentcalc.redaction.original import Original, Part
from talentcalc.redaction.personal_names import Names
from talentcalc.redaction.pseudonyms import Pseudonyms
from talentcalc.redaction.row_names import published_texts, renamed_rows
from talentcalc.result.document import canonical
from talentcalc.rulebook.check import FileSame
from talentcalc.rulebook.table import Table

Warn = Callable[[Text], None]


def names_in(original: Original, secret: bytes) -> Names:
    """The persons named in the personal columns of the evidence, with pseudonyms under a secret."""
    return Names(Pseudonyms(secret), original.personal_values(), set(original.proof_hashes()))


def redact(original: Original, names: Names, folder: Path, warn: Warn) -> tuple[Path, Path]:
    """Write an audit's evidence with pseudonyms for persons; the new evidence folder, and its note.

    `folder/evidence/` has a file for each table submitted: Parquet if it was Parquet, else CSV. Of its
    columns those are kept that the rulebook knows, under their English names; of another nobody has said
    that it is not personal. Texts of personal columns become pseudonyms, in keys, in the columns that
    name rows by key and in every other text that they stand in; hashes of files become keyed hashes; every
    other cell stays as it was read. `folder/redaction.json` lists what is withheld. `warn` is told, with
    the places, of what was replaced in texts and of numbers that look like persons' in them.

    Raises:
        InputError: something is in the folder, or two values share a pseudonym, or two texts become one. What
            the folder then holds is not to be used.
    """
    renamed = renamed_rows(original.book, original.tables, names)
    evidence = _new(folder / "evidence")
    columns, places = {}, ChangedPlaces()
    for name, (_, source) in original.contents.items():
        spec = original.book.tables[name]
        hashes = _hash_columns(original, name)
        parts = (
            _redacted(name, spec, part, renamed.get(name, {}), hashes, names, places)
            for part in original.parts(name)
        )
        kept = _write(evidence / name, source, parts)
        columns[name] = tuple(column for column in kept if spec.columns[column].personal)
    names.pseudonyms.must_differ()
    places.must_differ()
    if names.too_short:
        warn(message("redaction.values_too_short", number=names.too_short))
    for line in places.warnings():
        warn(line)
    redaction = RedactionNotice(
        note="talentcalc/redaction/1",
        key=names.pseudonyms.key,
        columns={name: personal for name, personal in columns.items() if personal},
        withheld={
            names.pseudonyms.of(path) if personal else names.replaced(path): names.pseudonyms.keyed(sha256)
            for path, personal, sha256 in original.withheld()
        },
    )
    note = folder / "redaction.json"
    note.write_bytes(canonical(redaction.model_dump(mode="json")))
    return evidence, note


def _new(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        exists = message("redaction.folder_exists", folder=quote_value(str(folder)))
        raise InputError(Problem("FOLDER", exists)) from None
    return folder


def _hash_columns(original: Original, table: str) -> set[str | None]:
    """The columns of a table that hold the SHA-256 of files."""
    checks = original.book.checks
    return {check.column for check in checks if isinstance(check, FileSame) and check.table == table}


def _redacted(
    name: str,
    spec: Table,
    part: Part,
    renamed: Mapping[str, pa.Array],
    hashes: set[str | None],
    names: Names,
    places: ChangedPlaces,
) -> pa.Table:
    """The rows as they are published, with the columns of the rulebook in its order."""
    columns, texts = {}, []
    for column in spec.columns:
        if column in renamed:
            columns[column] = renamed[column]
        elif column in hashes and column in part.columns:
            columns[column] = names.pseudonyms.keyed_column(part.columns[column])
        elif column in part.columns:
            columns[column] = published_texts(part.columns[column], spec.columns[column], names)
            if spec.columns[column].type == "text" and not spec.columns[column].personal:
                texts.append(column)
    keys = [columns[key] for key in spec.key if key in columns]
    for column in texts:
        places.look(f"{name}.{column}", part.columns[column], columns[column], keys, part.lines)
    return pa.table(columns)


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
                    writer.write_table(_without_formulas(part))
    return [str(name) for name in first.column_names]


def _without_formulas(part: pa.Table) -> pa.Table:
    columns = [escape_formulas(pc.cast(column.combine_chunks(), pa.string())) for column in part.columns]
    return pa.table(columns, part.column_names)
