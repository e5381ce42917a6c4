"""The child: `python -m partimento.engines.llamacpp.worker`, llama.cpp's own server within a process that ends with the pool.
Knows how a plan is put to llama.cpp; its HTTP is llama-server's, by the same code.
"""

from __future__ import annotations

import os
import signal
import threading
from typing import Any, Final

from partimento.core.local import Door, Heard, Plan
from partimento.worker.life import end, live_with_parent
from partimento.worker.progress import tell
from partimento.worker.start import told

ALL_LAYERS: Final = 999
CHECKPOINTS: Final = 1  # states of sliding or recurrent layers kept for going back; 32, the usual, may take gigabytes
_BATCH: Final = 512


def main() -> None:
    """Serve until the pool ends it."""
    live_with_parent()
    plan, door = told()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    tell(Heard(stage="starting", fraction=0.0))
    serving = threading.Thread(target=_serve, args=(plan, door, stopped), name="llama.cpp", daemon=True)
    serving.start()
    stopped.wait()
    end()


def _serve(plan: Plan, door: Door, stopped: threading.Event) -> None:
    """llama.cpp's server lives as long as the object does."""
    import xllamacpp

    try:
        server = xllamacpp.Server(params_for(plan, door, xllamacpp))
    except Exception as error:  # noqa: BLE001 whatever it is, the pool is told, and the process ends
        end(f"llama.cpp could not load the model: {error}")
    stopped.wait()
    del server


def params_for(plan: Plan, door: Door, llama: Any) -> Any:
    """The plan in llama.cpp's words; `llama`: its module."""
    params = llama.CommonParams()
    params.model.path = plan.files.path
    params.model_alias = {plan.model}
    params.hostnames, params.port, params.api_keys = ["127.0.0.1"], door.port, [door.secret]
    params.n_ctx, params.n_parallel = plan.context * plan.slots, plan.slots
    params.n_batch, params.n_ubatch = max(2048, _BATCH), _BATCH
    params.fit_params = False  # the pool has weighed it; llama.cpp would shrink the context unasked
    # read, not mapped: quantised weights are repacked for the processor, and a mapped file would stay beside the copy
    params.load_mode = llama.llama_load_mode.LLAMA_LOAD_MODE_NONE
    params.cache_ram_mib = 0  # else up to 8 GiB of old prompts, which nobody has promised it
    params.n_ctx_checkpoints = CHECKPOINTS
    params.ctx_shift = False  # an answer that forgets its question is no answer
    params.n_gpu_layers = 0 if plan.device == "cpu" else ALL_LAYERS
    threads = plan.threads or usable_threads()
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.use_jinja, params.endpoint_slots, params.endpoint_metrics, params.ui = True, True, True, False
    if plan.embeds:
        params.embedding = True
        params.n_ubatch = params.n_batch = max(_BATCH, min(plan.context, 8192))  # a text is embedded in one batch
    if plan.files.projector:
        params.mmproj.path = plan.files.projector
    adapters = []
    for adapter in plan.files.adapters:
        one = llama.CommonAdapterLoraInfo()
        one.path, one.scale = adapter.path, 1.0
        adapters.append(one)
    if adapters:
        params.lora_adapters, params.lora_init_without_apply = adapters, True
    return params


def usable_threads() -> int:
    """The processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        return os.cpu_count() or 1


if __name__ == "__main__":
    main()
