"""What this machine has: the memories that models can live in, and what a process takes of them. Asks the system;
leaves what to do with the figures to `decide`. Nothing here raises: what cannot be found out is 0.

A container's limit is the total. On Apple's chips the main memory and the GPU's are one, and counted once.
"""

from __future__ import annotations

import ctypes
import platform
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Final

import psutil

from partimento.pool.memory import nvidia
from partimento.pool.values import Device

GIB: Final = 1 << 30
CGROUPS: Final = Path("/sys/fs/cgroup")
# memory bandwidth by chip, GB/s, from Apple's published specifications
APPLE_GBPS: Final = {
    "M1": 68, "M1 Pro": 200, "M1 Max": 400, "M1 Ultra": 800, "M2": 100, "M2 Pro": 200, "M2 Max": 400, "M2 Ultra": 800,
    "M3": 100, "M3 Pro": 150, "M3 Max": 400, "M3 Ultra": 819, "M4": 120, "M4 Pro": 273, "M4 Max": 546, "M5": 153,
}  # fmt: skip


def devices() -> tuple[Device, ...]:
    """The memories of this machine: "cuda:N" for each NVIDIA GPU, and "metal" or "cpu" for the main memory."""
    return (*nvidia.devices(), _apple() or _main())


def used_bytes(pid: int, device: str = "cpu") -> int:
    """What a process and its children take on that device; 0 for one that is gone.

    Of main memory that is the resident set: weights that are mapped from a file count as the child's, since evicting
    the child is what gives them back, and since decoding stalls when the system drops them.
    """
    found = 0
    pids = _family(pid)
    if device.startswith("cuda"):
        return nvidia.used_bytes(frozenset(pids))
    for process in pids:
        try:
            found += psutil.Process(process).memory_info().rss
        except (psutil.Error, OSError):
            continue
    return found


def memory_kills() -> int | None:
    """How many processes the system has ended for want of memory since it started; None where it does not tell."""
    try:
        told = Path("/proc/vmstat").read_text()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in told.splitlines() if line.startswith("oom_kill ")), None)


def swap_bytes() -> int:
    """How much of what programs hold has been put out to disk."""
    try:
        return int(psutil.swap_memory().used)
    except (psutil.Error, OSError, RuntimeError):
        return 0


def measured_bandwidth(rounds: int = 3, size_bytes: int = 64 << 20) -> float:
    """Bytes a second that this machine's processor moves through its main memory, read and written: the best of some
    rounds of copying, by as many threads as it has (at most 16), `size_bytes` each. Takes about a second.
    """
    threads = min(16, psutil.cpu_count(logical=True) or 1)
    pairs = [(ctypes.create_string_buffer(size_bytes), ctypes.create_string_buffer(size_bytes)) for _ in range(threads)]
    best = 0.0
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(rounds + 1):  # the first touches the pages
            began = perf_counter()
            list(pool.map(lambda pair: ctypes.memmove(pair[0], pair[1], size_bytes), pairs))
            best = max(best, 2 * size_bytes * threads / (perf_counter() - began))
    return best


def _family(pid: int) -> list[int]:
    try:
        process = psutil.Process(pid)
        return [pid, *(child.pid for child in process.children(recursive=True))]
    except (psutil.Error, OSError):
        return []


def _main() -> Device:
    memory = psutil.virtual_memory()
    total, free = int(memory.total), int(memory.available)
    limit = container_limit(CGROUPS, _own_group())
    words = f"{platform.machine()}, {psutil.cpu_count(logical=True) or 1} threads"
    if limit is not None and limit[0] < total:
        total, free = limit[0], min(free, limit[1])
        words += ", in a container"
    return Device(name="cpu", total_bytes=total, free_bytes=max(0, free), words=words)


def _apple() -> Device | None:
    """The one memory of an Apple chip; None elsewhere."""
    if platform.system() != "Darwin" or platform.machine() != "arm64":
        return None
    memory = psutil.virtual_memory()
    chip = _told("sysctl", "-n", "machdep.cpu.brand_string") or "Apple silicon"
    wired_mb = _told("sysctl", "-n", "iogpu.wired_limit_mb")
    total = int(memory.total)
    return Device(
        name="metal",
        total_bytes=total,
        recommended_bytes=recommended(total, int(wired_mb) if wired_mb.isdigit() else 0),
        free_bytes=int(memory.available),
        bandwidth=apple_bandwidth(chip),
        words=chip,
    )


def recommended(total_bytes: int, wired_limit_mb: int) -> int:
    """What macOS lets the GPU hold: what its owner set, else two thirds up to 36 GiB and three quarters beyond."""
    if wired_limit_mb:
        return min(total_bytes, wired_limit_mb << 20)
    return total_bytes * 2 // 3 if total_bytes <= 36 * GIB else total_bytes * 3 // 4


def apple_bandwidth(chip: str) -> float:
    """Bytes a second of a chip's memory by its name ("Apple M4 Pro"), of its fullest form; 0: not known."""
    name = chip.removeprefix("Apple ").strip()
    return APPLE_GBPS.get(name, 0) * 1e9


def container_limit(root: Path, group: str) -> tuple[int, int] | None:
    """The tightest limit of a control group and those above it, and what is free of it, in bytes; None: no limit.

    `group`: as /proc/self/cgroup names it. What the group holds of files' pages can be dropped, so it counts as free.
    """
    found: tuple[int, int] | None = None
    for folder, most, used, stats, cache in _groups(root, group):
        limit = _number(folder / most)
        if limit is None or limit >= 1 << 60:
            continue
        held = (_number(folder / used) or 0) - _stat(folder / stats, cache)
        free = max(0, limit - max(0, held))
        found = (limit, free) if found is None else (min(found[0], limit), min(found[1], free))
    return found


def _groups(root: Path, group: str) -> list[tuple[Path, str, str, str, str]]:
    second = (root / "cgroup.controllers").is_file()
    base = root if second else root / "memory"
    names = (
        ("memory.max", "memory.current", "memory.stat", "inactive_file")
        if second
        else ("memory.limit_in_bytes", "memory.usage_in_bytes", "memory.stat", "total_inactive_file")
    )
    parts = [part for part in group.split("/") if part not in ("", "..")]
    return [(base.joinpath(*parts[:depth]), *names) for depth in range(len(parts), -1, -1)]


def _own_group() -> str:
    """This process's control group, for memory."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return ""
    for line in lines:
        _, controllers, group = [*line.split(":", 2), "", ""][:3]
        if not controllers or "memory" in controllers.split(","):
            return group
    return ""


def _number(path: Path) -> int | None:
    try:
        text = path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        return None
    return int(text) if text.isdigit() else None


def _stat(path: Path, name: str) -> int:
    try:
        found = re.search(rf"^{name} (\d+)$", path.read_text(), re.MULTILINE)
    except (OSError, UnicodeDecodeError):
        return 0
    return int(found[1]) if found else 0


def _told(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
