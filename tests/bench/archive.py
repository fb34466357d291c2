"""The archive's part of `make bench`: a package of two gigabytes against `sha256sum` over the same bytes.

python tests/bench_archive.py
"""

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.large_scorecards import attended
from tests.bench.measuring import BIN, Memory, Ratio, measured

SIZE = 2 << 30
MB = 1 << 20
SPEED = 2  # at least half as fast
PEAK = 0.3  # GB


def ratios(folder: Path) -> Iterator[Ratio]:
    """Sealing and verifying, as a folder and as a zip, in time and in memory."""
    run = finished(folder)
    plain = folder / "outputs/archive/2025/audit"
    spent = {"seal": measured(folder, BIN / "talentcalc", "seal", "-q", run)}
    files = sorted(one for one in plain.rglob("*") if one.is_file())
    hashed = measured(folder, "sha256sum", *files)
    spent["verify"] = measured(folder, BIN / "talentcalc", "verify", "-q", "--unsigned", plain)
    spent["seal --zip"] = measured(folder, BIN / "talentcalc", "seal", "-q", "--zip", run)
    spent["verify a zip"] = measured(folder, BIN / "talentcalc", "verify", "-q", "--unsigned", f"{plain}.zip")
    size = sum(one.stat().st_size for one in files) / SIZE * 2
    for name, one in spent.items():
        what = f"{name}, {size:.1f} GB"
        yield Ratio(what, "sha256sum over the same bytes", one.seconds, hashed.seconds, SPEED)
        yield Memory(f"{what}, peak memory", "300 MB", one.peak / 1e9, PEAK, 1)


def finished(folder: Path) -> Path:
    """A run whose electronic proofs are two gigabytes: its folder."""
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    params = attended(folder, 1000)
    proofs = folder / "evidence/proofs.csv"
    block = os.urandom(MB)
    lines = [proofs.read_text(encoding="utf-8").rstrip("\n")]
    for number, megabytes in enumerate((1024, 512, 256, 128, *[8] * 16)):
        (folder / f"evidence/{number}.bin").write_bytes(block * megabytes)
        digest = hashlib.sha256(block * megabytes).hexdigest()
        lines.append(f"E{number},activities,H000,electronic,{number}.bin,{digest},")
    proofs.write_text("\n".join(lines) + "\n", encoding="utf-8")
    subprocess.run([BIN / "talentcalc", "run", "-q", params], cwd=folder, check=True, timeout=300)
    return folder / "outputs/2025/audit"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        for ratio in ratios(Path(name) / "archive"):
            print(ratio, flush=True)
