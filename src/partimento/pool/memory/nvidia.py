"""NVIDIA GPUs: their memory, and what processes have of it. Asks the driver through pynvml where that is installed (the
`cuda` extra), else the program nvidia-smi; without either there is no GPU. Nothing here raises.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from partimento.pool.values import Device

# memory bandwidth by GPU, GB/s, from NVIDIA's published data sheets; the longest name that fits counts
GBPS: Final = {
    "B300": 8000, "B200": 8000, "GH200": 4000, "H200": 4800, "H100 NVL": 3900, "H100 PCIe": 2000, "H100": 3350,
    "H20": 4000, "A100-SXM4-80GB": 2039, "A100 80GB": 1935, "A100": 1555, "A800": 1935, "L40S": 864, "L40": 864,
    "L20": 864, "L4": 300, "A40": 696, "A30": 933, "A10": 600, "A6000": 768, "RTX 6000 Ada": 960, "A5000": 768,
    "T4": 320, "V100": 900, "RTX PRO 6000": 1792, "RTX 5090": 1792, "RTX 5080": 960, "RTX 5070 Ti": 896,
    "RTX 5070": 672, "RTX 5060": 448, "RTX 4090": 1008, "RTX 4080": 717, "RTX 4070 Ti": 504, "RTX 4070": 504,
    "RTX 4060 Ti": 288, "RTX 4060": 272, "RTX 3090": 936, "RTX 3080": 760, "RTX 3070": 448, "RTX 3060": 360,
}  # fmt: skip


def devices() -> tuple[Device, ...]:
    """One for each GPU, "cuda:0" and on. Of one cut up by MIG, its largest instance's memory where that can be told."""
    return _by_driver() or _by_program()


def used_bytes(pids: frozenset[int]) -> int:
    """Bytes of GPU memory that these processes have together; 0 where the driver does not tell."""
    with _driver() as nvml:
        if nvml is None:
            return _used_by_program(pids)
        return sum(_held(nvml, handle, pids) for handle in _handles(nvml))


def bandwidth(name: str) -> float:
    """Bytes a second of a GPU's memory, by its name; 0: not known."""
    known = [gpu for gpu in GBPS if gpu.lower() in name.lower()]
    return GBPS[max(known, key=len)] * 1e9 if known else 0.0


def parsed(lines: str) -> tuple[Device, ...]:
    """Devices from nvidia-smi's "index, name, memory.total, memory.free" in CSV, in MiB without units."""
    found = []
    for line in lines.splitlines():
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) != 4 or not cells[0].isdigit():
            continue
        total, free = (int(cell) << 20 if cell.isdigit() else 0 for cell in cells[2:])
        if total:  # "[N/A]" on chips that share the main memory, which is counted as that
            found.append(_device(int(cells[0]), cells[1], total, free))
    return tuple(found)


def _device(index: int, name: str, total: int, free: int) -> Device:
    return Device(name=f"cuda:{index}", total_bytes=total, free_bytes=free, bandwidth=bandwidth(name), words=name)


@contextmanager
def _driver() -> Iterator[Any]:
    """pynvml, or None where it or the driver is missing."""
    try:
        import pynvml

        pynvml.nvmlInit()
    except Exception:  # noqa: BLE001 - of pynvml's own kinds, and the loader's
        yield None
        return
    try:
        yield pynvml
    finally:
        with suppress(pynvml.NVMLError):
            pynvml.nvmlShutdown()


def _handles(nvml: Any) -> list[Any]:
    try:
        return [nvml.nvmlDeviceGetHandleByIndex(index) for index in range(nvml.nvmlDeviceGetCount())]
    except nvml.NVMLError:
        return []


def _by_driver() -> tuple[Device, ...]:
    with _driver() as nvml:
        if nvml is None:
            return ()
        found = [_by_handle(nvml, index, handle) for index, handle in enumerate(_handles(nvml))]
        return tuple(device for device in found if device is not None)


def _by_handle(nvml: Any, index: int, handle: Any) -> Device | None:
    try:
        name = nvml.nvmlDeviceGetName(handle)
        memories = [nvml.nvmlDeviceGetMemoryInfo(part) for part in _instances(nvml, handle) or [handle]]
    except nvml.NVMLError:
        return None
    memory = max(memories, key=lambda each: int(each.total))
    text = name.decode() if isinstance(name, bytes) else str(name)
    return _device(index, text, int(memory.total), int(memory.free))


def _instances(nvml: Any, handle: Any) -> list[Any]:
    """The parts of a GPU that MIG has cut up; none for a whole one, or where that cannot be asked."""
    found = []
    try:
        if nvml.nvmlDeviceGetMigMode(handle)[0] != nvml.NVML_DEVICE_MIG_ENABLE:
            return []
        for part in range(nvml.nvmlDeviceGetMaxMigDeviceCount(handle)):
            try:
                found.append(nvml.nvmlDeviceGetMigDeviceHandleByIndex(handle, part))
            except nvml.NVMLError:
                continue
    except (nvml.NVMLError, AttributeError):
        return []
    return found


def _held(nvml: Any, handle: Any, pids: frozenset[int]) -> int:
    found: dict[int, int] = {}
    for part in _instances(nvml, handle) or [handle]:
        for ask in (nvml.nvmlDeviceGetComputeRunningProcesses, nvml.nvmlDeviceGetGraphicsRunningProcesses):
            try:
                running = ask(part)
            except nvml.NVMLError:
                continue
            for process in running:  # one that computes and draws stands in both lists with the same figure
                found[process.pid] = max(found.get(process.pid, 0), int(process.usedGpuMemory or 0))
    return sum(held for pid, held in found.items() if pid in pids)


def _by_program() -> tuple[Device, ...]:
    return parsed(_asked("--query-gpu=index,name,memory.total,memory.free"))


def _used_by_program(pids: frozenset[int]) -> int:
    held = 0
    for line in _asked("--query-compute-apps=pid,used_memory").splitlines():
        pid, _, mib = (cell.strip() for cell in line.partition(","))
        if pid.isdigit() and mib.isdigit() and int(pid) in pids:
            held += int(mib) << 20
    return held


def _asked(query: str) -> str:
    program = shutil.which("nvidia-smi")
    if program is None:
        return ""
    try:
        command = [program, query, "--format=csv,noheader,nounits"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout if done.returncode == 0 else ""
