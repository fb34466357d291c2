"""A run of a database is sealed, compared and run again when the database is gone."""

import shutil
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from talentcalc.archive.bag.opening import open_package
from talentcalc.archive.bag.unpacking import unpack_inputs
from talentcalc.archive.finished_run import finished_run
from talentcalc.archive.signing.sign import sign
from talentcalc.archive.verify import verified, verify
from talentcalc.cli import main
from talentcalc.core.errors import InputError
from talentcalc.core.files.temporary import temporary_folder
from tests.conftest import Command
from tests.support.archive_packages import audited, files, keys, sealed, signer
from tests.support.databases import SECRET, fill, tables_in
from tests.support.documents import assess_file


@dataclass
class Ran:
    """An audit of a database, run and sealed after the database was gone."""

    folder: Path
    params: Path

    @property
    def run(self) -> Path:
        return self.folder / "outputs/2025/case"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, talentcalc: Command) -> Ran:
    """The database's name ends as a workbook's does; a proof lies in a folder that is no evidence."""
    folder = tmp_path_factory.mktemp("ran")
    case = audited(folder)
    case.write()
    fill(folder / "all.xlsx", dict(tables_in(folder / "evidence")))
    for file in (folder / "evidence").glob("*.csv"):
        file.unlink()
    (folder / "evidence").rename(folder / "shelf")
    case.params = {"evidence": "sqlite:///all.xlsx", "proofs_folder": "shelf"}
    params = case.write()
    (folder / "evidence").rename(folder / "unused")
    done = talentcalc("run", params, cwd=folder, TALENTCALC_DB_USER="boss", TALENTCALC_DB_PASSWORD=SECRET)
    assert done.returncode == 0, done.stderr
    assert "读取数据库" in done.stderr and "hunter2" not in done.stderr
    (folder / "all.xlsx").unlink()
    return Ran(folder, params)


def test_a_run_keeps_what_it_read(ran: Ran) -> None:
    kept = files(ran.run / "evidence")
    assert {"work_orders.csv", "proofs.csv", "proofs/b.pdf", "proofs/纪要.txt"} <= set(kept)
    assert stat.S_IMODE((ran.run / "evidence").stat().st_mode) == 0o700
    assert [one.suffix for one in (ran.folder / ".work").rglob("*")] == [".lock"]
    for content in files(ran.run).values():
        assert SECRET.encode() not in content and str(ran.folder).encode() not in content


def modes(folder: Path) -> set[int]:
    """How everything at or below a folder may be reached: its folders and its files."""
    return {stat.S_IMODE(one.stat().st_mode) for one in (folder, *folder.rglob("*"))}


def test_what_is_private_stays_private(ran: Ran, tmp_path: Path) -> None:
    assert modes(ran.run / "evidence") == {0o700, 0o600}
    home = shutil.copytree(ran.folder, tmp_path / "home", ignore=shutil.ignore_patterns("archive", ".work"))
    pack, packed = sealed(home / "outputs/2025/case"), sealed(home / "outputs/2025/case", as_zip=True)
    assert modes(pack / "data/evidence") == {0o700, 0o600}
    assert stat.S_IMODE((pack / "data").stat().st_mode) & 0o077 and modes(pack / "data/run") != {0o700, 0o600}
    assert modes(packed) == {0o600}
    with zipfile.ZipFile(packed) as opened:
        held = {one.filename: one.external_attr >> 16 & 0o777 for one in opened.infolist()}
    assert {mode for name, mode in held.items() if name.startswith("case/data/evidence/")} == {0o600}
    assert {mode for name, mode in held.items() if not name.startswith("case/data/evidence/")} == {0o644}
    sign(packed, signer(keys(tmp_path / "own")["甲"]), None, None)
    assert modes(packed) == {0o600} and verify(packed).problems == []
    with open_package(packed) as opened_pack, temporary_folder() as folder:
        result = verified(opened_pack).result
        assert result is not None
        unpacked = unpack_inputs(opened_pack, result, folder)
        assert modes(unpacked.evidence) == {0o700, 0o600}


def test_a_kept_proof_is_a_copy(ran: Ran) -> None:
    kept, proof = ran.run / "evidence/proofs/b.pdf", ran.folder / "shelf/proofs/b.pdf"
    assert kept.read_bytes() == proof.read_bytes() == b"%PDF" and not kept.samefile(proof)


def test_a_run_is_sealed_and_comes_out_again_without_the_database(
    ran: Ran, called: Command, talentcalc: Command
) -> None:
    done = called("seal", ran.run, cwd=ran.folder)
    assert done.returncode == 0, done.stderr
    pack = ran.folder / done.stdout.strip()
    held = files(pack / "data")
    assert held["evidence/proofs/b.pdf"] == b"%PDF" and "evidence/activities.csv" in held
    assert not any(path.startswith("run/evidence") for path in held)
    again = talentcalc("verify", pack, "--unsigned", "--rerun", cwd=ran.folder)
    assert again.returncode == 0, again.stderr
    compared = called("diff", pack, ran.run, cwd=ran.folder)
    assert compared.returncode == 0, compared.stderr


@pytest.mark.parametrize(
    ("file", "content", "where"),
    [
        ("opinions.csv", b"unit\n", "evidence/opinions.csv"),
        ("work_orders.csv", b"order_id\n", "evidence/work_orders.csv"),
        ("proofs/b.pdf", None, "evidence/proofs/b.pdf"),
    ],
)
def test_a_snapshot_that_was_altered_is_not_sealed(
    ran: Ran,
    tmp_path: Path,
    file: str,
    content: bytes | None,
    where: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(ran.folder, tmp_path / "copy", ignore=shutil.ignore_patterns("archive", ".work"))
    changed = tmp_path / "copy/outputs/2025/case/evidence" / file
    changed.unlink(missing_ok=True)
    if content is not None:
        changed.write_bytes(content)
    assert main(["-q", "seal", str(tmp_path / "copy/outputs/2025/case")]) == 2
    assert where in capsys.readouterr().err


def test_seal_reads_the_run_and_never_the_database(ran: Ran) -> None:
    run = finished_run(ran.run)
    assert run.audit.database is None and run.audit.evidence == ran.run / "evidence"
    with pytest.raises(InputError, match="no database that can be opened"):
        assess_file(ran.params)
