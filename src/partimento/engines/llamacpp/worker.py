"""The child: `python -m partimento.engines.llamacpp.worker`, llama.cpp's own server within a process that ends with the
pool. Knows how a plan is put to llama.cpp; its HTTP is llama-server's, by the same code.
"""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any, Final, NoReturn

from partimento.core.local import Door, Heard, Plan
from partimento.worker.life import end, live_with_parent
from partimento.worker.progress import tell
from partimento.worker.start import told

ALL_LAYERS: Final = 999
CHECKPOINTS: Final = 1  # states of sliding or recurrent layers kept for going back; 32, the usual, may take gigabytes
_BATCH: Final = 512
_TELLS_OF_BUFFERS: Final = 4  # as its log counts; at 3 it tells too little of a load, at 5 it tells what is asked
_QUOTA: Final = Path("/sys/fs/cgroup/cpu.max")


def main() -> None:
    """Serve until the pool ends it. While a model loads nothing of Python runs, and so SIGTERM is left as it is."""
    live_with_parent()
    plan, door = told()
    tell(Heard(stage="starting", fraction=0.0))
    _stay(_serving(plan, door))


def _stay(server: Any) -> NoReturn:
    """Until told to end: the server lives as long as the object does. Then at once, since its own end waits until each
    client has closed its connection."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    while not stopped.wait(3600):  # without a limit, some systems let no signal through
        pass
    end()


def _serving(plan: Plan, door: Door) -> Any:
    try:
        import xllamacpp

        return xllamacpp.Server(params_for(plan, door, xllamacpp))
    except ImportError as error:
        end(f"llama.cpp cannot be imported: {error}")
    except MemoryError as error:
        end(f"llama.cpp could not load the model: {error}", out_of_memory=True)
    except Exception as error:  # noqa: BLE001  # whatever it is, the process ends
        print(f"llama.cpp could not load the model: {error}", file=sys.stderr, flush=True)  # noqa: T201
        os._exit(1)  # without a reason of ours: its log has told a better one


def params_for(plan: Plan, door: Door, llama: Any) -> Any:
    """The plan in llama.cpp's words; `llama`: its module."""
    params = llama.CommonParams()
    params.model.path = plan.files.path
    params.model_alias = {plan.model}
    params.hostnames, params.port, params.api_keys = ["127.0.0.1"], door.port, [door.secret]
    params.verbosity = _TELLS_OF_BUFFERS
    params.n_ctx, params.n_parallel = plan.context * plan.slots, plan.slots
    params.n_batch, params.n_ubatch = max(2048, _BATCH), _BATCH
    params.fit_params = False  # the pool has weighed it; llama.cpp would shrink the context unasked
    # read, not mapped: quantised weights are repacked for the processor, and a mapped file would stay beside the copy
    params.load_mode = llama.llama_load_mode.LLAMA_LOAD_MODE_NONE
    params.cache_ram_mib = 0  # else up to 8 GiB of old prompts, which nobody has promised it
    params.n_ctx_checkpoints = CHECKPOINTS
    params.ctx_shift = False  # an answer that forgets its question is no answer
    threads = plan.threads or usable_threads()
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.n_threads_http = 2 * plan.slots + 16  # each connection that is kept holds one, and the pool asks for health
    params.use_jinja, params.endpoint_slots, params.endpoint_metrics, params.ui = True, True, True, False
    params.n_gpu_layers = 0 if plan.device == "cpu" else ALL_LAYERS
    params.mmproj_use_gpu = plan.device != "cpu"
    if plan.embeds:
        params.embedding = True  # pooled as the checkpoint says
        params.n_ubatch = params.n_batch = max(_BATCH, min(plan.context, 8192))  # a text is embedded in one batch
    if plan.files.projector:
        params.mmproj.path = plan.files.projector
    if plan.files.adapters:
        # a scale of 0: a request that names no adapter is answered without one, whatever is loaded
        params.lora_adapters = [llama.CommonAdapterLoraInfo(one.path, 0.0) for one in plan.files.adapters]
        params.lora_init_without_apply = True
        # a request that names no adapter would take over what a slot remembers of one that did, and be changed by it;
        # one that names the scale of each may ask for its prompt to be remembered
        params.cache_prompt = False
    return params


def usable_threads() -> int:
    """The processors that this process may use, by its affinity and, within a container, its quota."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        share, period = _QUOTA.read_text().split()
        return max(1, min(allowed, math.floor(int(share) / int(period))))
    except (OSError, ValueError):  # no such file, or "max"
        return allowed


if __name__ == "__main__":
    main()
