"""What a base install brings: `pip install .` into a fresh environment, its size, its distributions, and what it lacks.

    python benchmarks/gateway/install.py [--keep FOLDER]

Sizes are in MB of 10⁶ bytes of files, pip and setuptools left out, with and without byte code.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_MB, MOST_DISTRIBUTIONS = 50, 22
LISTED = """
import importlib.metadata as m, json
print(json.dumps([
    [d.name, d.version, sorted({str(d.locate_file(f).resolve()) for f in d.files or ()})] for d in m.distributions()
]))
"""
TOOLS = ("pip", "setuptools", "wheel")


def megabytes(paths: list[str], *, byte_code: bool) -> float:
    files = [Path(path) for path in paths if byte_code or not path.endswith(".pyc")]
    return sum(path.stat().st_size for path in files if path.is_file()) / 1e6


def measured(folder: Path) -> None:
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", str(ROOT)], check=True, stderr=subprocess.DEVNULL)
    listed = json.loads(subprocess.run([python, "-c", LISTED], capture_output=True, text=True, check=True).stdout)
    sizes = [
        (name, version, megabytes(paths, byte_code=True), megabytes(paths, byte_code=False))
        for name, version, paths in listed
        if name not in TOOLS
    ]
    for name, version, size, bare in sorted(sizes, key=lambda row: -row[2]):
        print(f"{name:22} {version:12} {size:7.2f} MB   without byte code {bare:7.2f} MB")
    total, bare = sum(row[2] for row in sizes), sum(row[3] for row in sizes)
    print(f"\n{len(sizes)} distributions, {total:.1f} MB ({bare:.1f} MB without byte code)")
    numpy = any(row[0].lower() == "numpy" for row in sizes)
    print(f"<= {MOST_MB} MB: {_verdict(total <= MOST_MB)}")
    print(f"<= {MOST_DISTRIBUTIONS} distributions: {_verdict(len(sizes) <= MOST_DISTRIBUTIONS)}")
    print(f"no NumPy: {_verdict(not numpy)}")


def _verdict(met: bool) -> str:
    return "met" if met else "MISSED"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, help="a folder for the environment, which is kept")
    options = parser.parse_args()
    if not sys.platform.startswith(("linux", "darwin")):
        sys.exit("this measures a POSIX environment")
    if options.keep:
        measured(options.keep)
        return
    with tempfile.TemporaryDirectory() as folder:
        measured(Path(folder))


if __name__ == "__main__":
    main()
