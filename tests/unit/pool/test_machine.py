"""The machine's memories are told as they are: limits of containers, Apple's share, GPUs, and what children hold."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from partimento.pool.memory import machine, nvidia

GIB = 1 << 30
SMI = """0, NVIDIA H200, 143771, 143000
1, NVIDIA GB10, [N/A], [N/A]
2, NVIDIA GeForce RTX 4090, 24564, 1000
garbage
"""


@contextmanager
def child(program: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that says "ready" when it has done what it should, and then waits."""
    running = subprocess.Popen(
        [sys.executable, "-c", f"{program}\nprint('ready', flush=True)\ninput()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert running.stdout is not None
        assert running.stdout.readline() == b"ready\n"
        yield running
    finally:
        running.kill()
        running.communicate()


def test_the_main_memory_is_one_of_the_devices_and_some_of_it_is_free() -> None:
    main = machine.devices()[-1]
    assert main.name in ("cpu", "metal")
    assert 0 < main.free_bytes <= main.total_bytes <= psutil.virtual_memory().total
    assert main.words


def test_a_child_that_takes_memory_is_seen_to_have_it() -> None:
    with child("held = bytearray(100_000_000)\nfor at in range(0, len(held), 4096): held[at] = 1") as running:
        assert 100_000_000 < machine.used_bytes(running.pid) < 200_000_000


def test_what_a_child_has_mapped_from_a_file_counts_as_its_own(tmp_path: Path) -> None:
    path = tmp_path / "weights"
    path.write_bytes(b"\1" * 50_000_000)
    mapped = f"with open({str(path)!r}, 'rb') as file: held = mmap.mmap(file.fileno(), 0, prot=1)"
    with child(f"import mmap\n{mapped}\nsum(held[::4096])") as running:
        assert machine.used_bytes(running.pid) > 50_000_000


def test_a_childs_children_count_with_it() -> None:
    inner = "held = b'1' * 80_000_000; print(1, flush=True); input()"
    started = f"subprocess.Popen([sys.executable, '-c', {inner!r}], stdin=subprocess.PIPE, stdout=subprocess.PIPE)"
    program = f"import subprocess, sys\ninner = {started}\ninner.stdout.readline()"
    with child(program) as running:
        assert machine.used_bytes(running.pid) > 80_000_000  # the inner one ends with its input, when this one does


def test_a_process_that_is_gone_has_nothing() -> None:
    with child("") as running:
        pass
    assert machine.used_bytes(running.pid) == 0
    assert machine.used_bytes(2**22 + 1) == 0


def test_a_process_of_somebody_else_is_no_error() -> None:
    assert machine.used_bytes(1) >= 0


def test_swap_is_told_in_bytes() -> None:
    assert machine.swap_bytes() == pytest.approx(psutil.swap_memory().used, abs=GIB)


def group(folder: Path, **files: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in files.items():
        (folder / name.replace("__", ".")).write_text(f"{value}\n")


def test_a_containers_limit_is_found_and_pages_of_files_count_as_free(tmp_path: Path) -> None:
    group(tmp_path, cgroup__controllers="memory")
    group(
        tmp_path / "pod" / "box",
        memory__max=4 * GIB,
        memory__current=3 * GIB,
        memory__stat=f"anon 5\ninactive_file {GIB}",
    )
    assert machine.container_limit(tmp_path, "/pod/box") == (4 * GIB, 2 * GIB)


def test_the_tightest_limit_on_the_way_up_counts(tmp_path: Path) -> None:
    group(tmp_path, cgroup__controllers="memory")
    group(tmp_path / "pod", memory__max=2 * GIB, memory__current=GIB)
    group(tmp_path / "pod" / "box", memory__max=8 * GIB, memory__current=GIB // 2)
    assert machine.container_limit(tmp_path, "/pod/box") == (2 * GIB, GIB)


def test_a_container_sees_its_own_limit_at_the_root(tmp_path: Path) -> None:
    group(tmp_path, cgroup__controllers="memory", memory__max=GIB, memory__current=0)
    assert machine.container_limit(tmp_path, "/outside/path") == (GIB, GIB)


def test_the_older_control_groups_are_read_too(tmp_path: Path) -> None:
    group(tmp_path / "memory" / "box", memory__limit_in_bytes=GIB, memory__usage_in_bytes=GIB // 4,
          memory__stat=f"total_inactive_file {GIB // 8}")  # fmt: skip
    assert machine.container_limit(tmp_path, "/box") == (GIB, GIB - GIB // 8)


@pytest.mark.parametrize("limit", ["max", 9223372036854771712, "odd"])
def test_no_limit_is_no_limit(tmp_path: Path, limit: object) -> None:
    group(tmp_path, cgroup__controllers="memory", memory__max=limit)
    assert machine.container_limit(tmp_path, "/") is None
    assert machine.container_limit(tmp_path / "nowhere", "/") is None


def test_apple_lets_the_gpu_have_two_thirds_of_little_and_three_quarters_of_much() -> None:
    assert machine.recommended(24 * GIB, 0) == 16 * GIB
    assert machine.recommended(64 * GIB, 0) == 48 * GIB
    assert machine.recommended(24 * GIB, 20 * 1024) == 20 * GIB
    assert machine.recommended(24 * GIB, 99 * 1024) == 24 * GIB


def test_a_chip_is_known_by_its_whole_name() -> None:
    assert machine.apple_bandwidth("Apple M4 Pro") == 273e9
    assert machine.apple_bandwidth("Apple M4") == 120e9
    assert machine.apple_bandwidth("Apple M99 Max") == 0
    assert nvidia.bandwidth("NVIDIA H200") == 4800e9
    assert nvidia.bandwidth("NVIDIA H100 NVL") == 3900e9
    assert nvidia.bandwidth("NVIDIA L4") == 300e9
    assert nvidia.bandwidth("NVIDIA L40S") == 864e9
    assert nvidia.bandwidth("Some other card") == 0


def test_gpus_are_read_from_nvidia_smi_and_one_without_memory_of_its_own_is_left_out() -> None:
    found = nvidia.parsed(SMI)
    assert [device.name for device in found] == ["cuda:0", "cuda:2"]
    assert found[0].total_bytes == 143771 << 20
    assert found[1].free_bytes == 1000 << 20


@pytest.fixture
def smi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of that name at the front of the path; the driver's own library is out of reach."""
    program = tmp_path / "nvidia-smi"
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setitem(sys.modules, "pynvml", None)
    return program


def test_without_the_drivers_library_the_program_is_asked(smi: Path) -> None:
    smi.write_text(f"#!/bin/sh\ncase $1 in *compute-apps*) printf '77, 1024\\n88, 5\\n';; *) printf '{SMI}';; esac\n")
    smi.chmod(0o755)
    assert [device.name for device in nvidia.devices()] == ["cuda:0", "cuda:2"]
    assert nvidia.used_bytes(frozenset({77})) == GIB


def test_a_program_that_fails_means_no_gpu(smi: Path) -> None:
    smi.write_text("#!/bin/sh\necho 'driver not loaded'; exit 9\n")
    smi.chmod(0o755)
    assert nvidia.devices() == ()
    assert nvidia.used_bytes(frozenset({77})) == 0


def test_bandwidth_is_measured_where_it_is_asked_for() -> None:
    assert machine.measured_bandwidth(rounds=1, size_bytes=1 << 20) > 1e8
