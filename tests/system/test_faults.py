"""Faults: for every command that writes, each of its changes of the disk fails, once for lack of room and
once as the process is killed. What is left is what was there before, or the whole of what is new; nothing
half-made is to be seen; the same command again completes it.
"""

import errno
import functools
import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talentcalc.archive import seal
from talentcalc.archive.bag.crate import crate_of
from talentcalc.archive.bag.layout import written
from talentcalc.archive.finished_run import finished_run
from talentcalc.archive.index import write_index
from talentcalc.archive.signing import keys, sign
from talentcalc.archive.verify import verify
from talentcalc.cli import audits, main
from talentcalc.core.errors import InputError
from talentcalc.core.files.durable import PART, NotWritten, making
from talentcalc.core.files.staging import staging_folder
from talentcalc.core.files.temporary import clear_temporary_folders
from talentcalc.core.installation import NOTEBOOKS
from talentcalc.evidence import template
from talentcalc.messages.message import Text
from talentcalc.params.audit import open_audit
from talentcalc.pipeline import run as running
from talentcalc.pipeline.assess import assess_plainly
from talentcalc.pipeline.run import run_audit
from talentcalc.redaction import pseudonyms
from talentcalc.redaction import published_run as published
from talentcalc.redaction.original import original_of
from talentcalc.result.document import read_result
from talentcalc.rollover.league_year import write_next_year
from talentcalc.rollover.scorecard_period import roll_forward
from tests.support.archive_packages import audited, sealed, signer, stand_in, views_of
from tests.support.city import City
from tests.support.documents import ResultJson, assess_file, document_of, in_short
from tests.support.faults import Disk, Killed, failing

Files = dict[str, bytes]
Act = Callable[[Path], Any]

SECRET = bytes(range(32))
RUN, PACK = "outputs/2025/case", "outputs/archive/2025/case"
ITSELF = {"audit.ipynb", "report.html", "report.pdf", "result.json"}
"""What `run` writes itself, not by `companion_files`."""


@dataclass(frozen=True)
class Writing:
    """A command that writes: what it does in a repository, what stands where after it and what before."""

    act: Act
    targets: tuple[str, ...]
    before: Act = lambda _home: None


def files(folder: Path) -> Files:
    """Every file at or below a path, by its path."""
    if folder.is_file():
        return {"": folder.read_bytes()}
    return {
        one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


def quietly(_text: Text) -> None:
    """Nobody listens."""


def audit_run(home: Path) -> Any:
    """The audit, run again, with other reports than before."""
    return run_audit(open_audit(home / "case.yaml"), quietly, False)


def run_sealed(form: str) -> Act:
    """The run, sealed as a folder or a zip."""
    return lambda home: seal.seal(finished_run(home / RUN), home, form == ".zip", quietly)


def published_pack(home: Path) -> Any:
    """The redacted package."""
    with published.redacted_run(finished_run(home / RUN), SECRET, quietly, quietly, False) as run:
        return seal.seal(run, home, False, quietly)


def pack_signed(form: str) -> Act:
    """The package, signed as its first step."""
    return lambda home: sign.sign(home / f"{PACK}{form}", signer(home / "甲.key"), None, None)


def to_sign(form: str) -> Act:
    """A package and a key."""

    def prepare(home: Path) -> None:
        sealed(home / RUN, form == ".zip")
        keys.make_key(home / "甲.key", "甲", "agency", None)

    return prepare


def command(*arguments: str) -> Act:
    """A command whose paths are in the repository; its refusals are raised, as those of a function are."""

    def act(home: Path) -> None:
        here = [one.replace("@", f"{home}/") for one in arguments]
        asked = audits_parser().parse_args(["-q", *here])
        getattr(audits, asked.command)(asked)

    return act


def audits_parser() -> Any:
    """The command line."""
    from talentcalc.cli.arguments import parser

    return parser()


def rolled(home: Path) -> Any:
    """The next period of the audit."""
    return roll_forward(*assessed(home / "case.yaml"))


def league_rolled(home: Path) -> Any:
    """The next year's table of homes."""
    return write_next_year(*assessed(home / "city/city.yaml"))


WRITING = {
    "run": Writing(audit_run, (RUN,)),
    "run, the first": Writing(audit_run, (RUN,), lambda home: shutil.rmtree(home / "outputs")),
    "seal": Writing(run_sealed(""), (PACK,)),
    "seal --zip": Writing(run_sealed(".zip"), (f"{PACK}.zip",)),
    "seal --redacted": Writing(published_pack, (f"{PACK}-redacted",)),
    "sign": Writing(pack_signed(""), (f"{PACK}/signatures.json", f"{PACK}.signatures.pdf"), to_sign("")),
    "sign, a zip": Writing(
        pack_signed(".zip"), (f"{PACK}.zip", f"{PACK}.zip.signatures.pdf"), to_sign(".zip")
    ),
    "keygen": Writing(lambda home: keys.make_key(home / "k", "甲", "agency", None), ("k", "k.pub")),
    "keygen --pseudonyms": Writing(lambda home: pseudonyms.make_secret(home / "s"), ("s",)),
    "template": Writing(lambda home: template.write_template("dongsheng-2025", home / "t.xlsx"), ("t.xlsx",)),
    "plan": Writing(command("plan", "@case.yaml", "@p.xlsx"), ("p.xlsx",)),
    "next-year": Writing(rolled, ("case-2026.yaml", "evidence-2026")),
    "next-year, a league": Writing(league_rolled, ("city/evidence-2026/homes.csv",)),
    "index": Writing(write_index, ("outputs/index.html",), to_sign("")),
}  # fmt: skip


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a small audit that has been run, and a league."""
    home = tmp_path_factory.mktemp("faults") / "home"
    run = stand_in(audited(home).write())
    result = in_short(assess_file(home / "case.yaml", analysis=False))
    for name, content in views(result).items():
        (run / name).write_bytes(content)
    city = City(home / "city").add("homes", {}).write()
    city.write_text(city.read_text("utf-8").replace(f"{home}/", ""), "utf-8")
    return home


def views(result: ResultJson) -> Files:
    """Short views of a result, as a run writes them."""
    return views_of(result, json.loads((NOTEBOOKS / "scorecard_audit.ipynb").read_bytes())["cells"])


@pytest.fixture(autouse=True)
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes long and writes nothing is done once, or by a stand-in; what is drawn is always the same."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    results: dict[bool, Any] = {}
    made: Files = {}

    def executed(audit: Any, raw: Path, _progress: bool) -> None:
        redacted = audit.redaction is not None
        if redacted not in results:
            results[redacted] = in_short(document_of(assess_plainly(audit, analysis=False)[1]))
        made.update(views(results[redacted]))
        raw.write_bytes(made["audit.ipynb"])

    def exported(form: str, _notebook: Any) -> str | bytes:
        page = made["report.html"] + b" new"  # other bytes than those of the run before
        return page.decode() if form == "HTML" else page

    monkeypatch.setattr(running, "_execute", executed)
    monkeypatch.setattr(running, "canonical_notebook", lambda raw, _file: raw.read_bytes())
    monkeypatch.setattr(running, "notebook_bytes", lambda notebook: notebook)
    monkeypatch.setattr(
        running,
        "document_of",
        lambda _notebook: SimpleNamespace(result=read_result(made["result.json"])),
    )
    monkeypatch.setattr(running, "_exported", exported)
    monkeypatch.setattr(
        running, "_companion_files", lambda result: {name: made[name] for name in written(result) - ITSELF}
    )
    monkeypatch.setattr(sign, "signature_sheet_pdf", lambda sheet: repr(sheet["signatures"]).encode())
    monkeypatch.setattr(os, "urandom", lambda size: SECRET[:size])
    key = Ed25519PrivateKey.from_private_bytes(SECRET)
    monkeypatch.setattr(Ed25519PrivateKey, "generate", staticmethod(lambda: key))
    monkeypatch.setattr(published, "original_of", once(original_of))
    monkeypatch.setattr(seal, "crate_of", once(crate_of, lambda _result, listed, _versions: (*listed,)))
    monkeypatch.setattr(template, "workbook_bytes", lambda _workbook: b"x")
    monkeypatch.setattr(audits, "_assessed", once(audits._assessed))
    assessed.cache_clear()


def once(work: Callable[..., Any], key: Callable[..., Any] = lambda *_: None) -> Callable[..., Any]:
    """A function that works but once for each key of its arguments."""
    done: dict[Any, Any] = {}

    def worked(*given: Any) -> Any:
        if key(*given) not in done:
            done[key(*given)] = work(*given)
        return done[key(*given)]

    return worked


@functools.cache
def assessed(params: Path) -> Any:
    """An audit with its evidence and result."""
    audit = open_audit(params)
    return audit, *assess_plainly(audit, analysis=False)


@dataclass
class Trial:
    """A repository that is made anew for each fault, and what stands at the targets of a command."""

    writing: Writing
    base: Path
    home: Path

    def again(self) -> None:
        """As if nothing had been done."""
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self.base, self.home)

    def state(self) -> dict[str, Files | None]:
        """The files of each target; None if it is not there."""
        found = {name: self.home / name for name in self.writing.targets}
        return {name: files(path) if path.exists() else None for name, path in found.items()}

    def failed(self, at: int, killed: bool) -> tuple[Disk, BaseException | None]:
        """The command, with a fault at its n-th change of the disk."""
        ended: BaseException | None = None
        with failing(at, killed) as disk:
            try:
                self.writing.act(self.home)
            except (Killed, OSError, InputError) as error:
                ended = error.with_traceback(None)
                ended.__context__ = ended.__cause__ = None
        return disk, ended


@pytest.fixture(params=WRITING)
def trial(request: pytest.FixtureRequest, repository: Path, tmp_path: Path) -> Trial:
    """Each command that writes."""
    writing = WRITING[request.param]
    base = Path(shutil.copytree(repository, tmp_path / "base"))
    writing.before(base)
    return Trial(writing, base, tmp_path / "home")


def points_of(disk: Disk, every: bool) -> list[int]:
    """The changes that are made to fail: of those alike, where nothing can be seen yet, few stand for all."""
    alike: dict[tuple[str, str], list[int]] = {}
    for at, (name, path) in enumerate(disk.changes, start=1):
        hidden = next((mark for mark in (PART, "talentcalc-") if mark in path), None)
        one_of_many = (
            hidden if name in ("open", "write", "fsync", "mkdir", "unlink", "rmdir", "chmod") else None
        )
        alike.setdefault((name, one_of_many or str(at)), []).append(at)
    kept = (points if every else {*points[:2], *points[-2:]} for points in alike.values())
    return sorted(at for points in kept for at in points)


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.system)], ids=["few", "every"])
@pytest.mark.parametrize("killed", [False, True], ids=["full", "killed"])
def test_a_command_that_fails_anywhere_leaves_all_or_nothing_and_is_completed_by_the_same_again(
    trial: Trial, killed: bool, every: bool, tmp_path: Path
) -> None:
    trial.again()
    before, tree = trial.state(), files(trial.home)
    trial.failed(0, killed)  # once, so that what is worked out but once is there
    trial.again()
    disk, _ = trial.failed(0, killed)
    points = points_of(disk, every)
    whole = trial.state()
    assert all(whole[name] and whole[name] != before[name] for name in whole)
    trial.again()
    seen = []
    for at in points:
        disk, ended = trial.failed(at, killed)
        where = (at, disk.changes[at - 1])
        now = trial.state()
        assert all(now[name] in (before[name], whole[name]) for name in now), where
        seen.append(now)
        if not killed:
            assert parts(trial.home) == [], where
            assert isinstance(ended, NotWritten) or now == (before if ended else whole), where
            if isinstance(ended, NotWritten) and ended.target in (trial.home / name for name in now):
                name = ended.target.relative_to(trial.home).as_posix()
                assert ended.there == (now[name] == whole[name]), where
        if now == before and files(trial.home) == tree:
            continue  # as if nothing had been done
        try:
            with failing():
                trial.writing.act(trial.home)
        except InputError as refusal:
            assert now == whole and "already there" in str(refusal), (where, str(refusal))
        assert trial.state() == whole and parts(trial.home) == [], where
        trial.again()
    assessed.cache_clear()  # a league's evidence holds a folder as long as it is there
    clear_temporary_folders()
    assert list((tmp_path / "tmp").iterdir()) == []
    print(f"{len(points)} fault points")
    assert before in seen


def parts(folder: Path) -> list[str]:
    """What is being made below a folder, or was when its maker was killed."""
    return [one.name for one in folder.rglob(f"*{PART}")]


def test_what_is_published_was_forced_onto_the_disk_before_and_its_name_after(trial: Trial) -> None:
    trial.again()
    disk, _ = trial.failed(0, False)
    written, forced = set[str](), set[str]()
    published = 0
    for at, (change, path) in enumerate(disk.changes):
        if change in ("write", "open"):
            forced.discard(path)
            written.add(path)
        elif change == "fsync":
            forced.add(path)
        elif change in ("rename", "replace", "link") and PART in path:
            published += 1
            inside = {one for one in written if one == path or one.startswith(f"{path}/")}
            assert inside and inside <= forced, (path, inside - forced)
            assert ("fsync", path) in disk.changes[:at] or Path(path) not in map(Path, written)
            following = [other for other, one in disk.changes[at + 1 :] if other == "fsync"]
            assert following, path
    assert published >= len(trial.writing.targets)


def test_outputs_may_be_a_link_to_another_file_system(repository: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(repository, tmp_path / "home"))
    with tempfile.TemporaryDirectory(dir="/dev/shm") as elsewhere:  # memory: never the disk
        assert os.stat(elsewhere).st_dev != os.stat(home).st_dev
        shutil.copytree(home / "outputs", elsewhere, dirs_exist_ok=True)
        shutil.rmtree(home / "outputs")
        (home / "outputs").symlink_to(elsewhere)
        audit_run(home)
        assert (home / RUN / "report.pdf").read_bytes().endswith(b"new")
        for form in ("", ".zip"):
            run_sealed(form)(home)
        keys.make_key(home / "甲.key", "甲", "agency", None)
        pack_signed("")(home)
        assert not verify(home / PACK).problems and not verify(home / f"{PACK}.zip").problems
        assert parts(Path(elsewhere)) == []


@pytest.mark.parametrize("step", ["_exported", "_companion_files", "_load_report_libraries"])
def test_what_fails_at_the_same_time_as_other_files_is_told_and_leaves_the_run_as_it_was(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    home = Path(shutil.copytree(repository, tmp_path / "home"))
    before = files(home / RUN)

    def fail(*_: Any) -> None:
        raise ValueError("no such glyph")

    monkeypatch.setattr(running, step, fail)
    if step == "_load_report_libraries":  # it would fail again where it is needed
        audit_run(home)
        return
    with pytest.raises(running.RunFailed, match="no such glyph"):
        audit_run(home)
    assert files(home / RUN) == before and parts(home) == []


def test_a_seal_beside_a_run_of_the_same_audit_is_told_to_wait(repository: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(repository, tmp_path / "home"))
    with staging_folder(home, 2025, "case", home / RUN):
        for job in (run_sealed(""), audit_run):
            with pytest.raises(InputError, match="another run of this audit"):
                job(home)
    assert not (home / "outputs/archive").exists()


def test_where_two_folders_cannot_be_swapped_the_next_maker_puts_the_old_one_back(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = Trial(WRITING["run"], repository, tmp_path / "home")
    trial.again()
    before = trial.state()
    monkeypatch.setattr("talentcalc.core.files.durable.renamed", lambda *_: False)
    moved = 0
    for at in itertools.count(1):
        trial.again()
        disk, ended = trial.failed(at, True)
        if trial.state()[RUN] is None:
            moved += 1
            write_index(trial.home)  # in another folder: the run is still away
            with making(trial.home / "outputs/2025/other"):
                assert trial.state() == before, disk.changes[-1]
        if ended is None:
            break
    assert moved and ended is None and trial.state() != before


@pytest.mark.parametrize(("failure", "said"), [
    (OSError(errno.ENOSPC, "No space left on device"), "make room"),
    (PermissionError(errno.EACCES, "Permission denied", "there"), "allow access to it"),
    (OSError(errno.EIO, "Input/output error", "there"), "check that it is there and whole"),
])  # fmt: skip
def test_a_failure_of_the_disk_is_told_as_it_is(
    failure: OSError, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: Any) -> None:
        raise failure

    monkeypatch.setattr(template, "write_template", fail)  # an error of reading: nothing is said of writing
    assert main(["template", "dongsheng-2025", "t.xlsx"]) == 1
    told = capsys.readouterr().err
    assert said in told and "as it was" not in told and told.count("\n") == 1
    failure = NotWritten(Path("t.xlsx"), failure)
    assert main(["template", "dongsheng-2025", "t.xlsx"]) == 1
    assert "t.xlsx is as it was before" in capsys.readouterr().err
