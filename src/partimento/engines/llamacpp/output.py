"""What llama.cpp's log tells of a load: buffers it took, dots for the weights, why it gave up. Pure; knows its words as
they are printed today, and is silent about those it does not know.
"""

from __future__ import annotations

import re
from typing import Final

from partimento.core.local import Heard
from partimento.worker.progress import hear

_BUFFER: Final = re.compile(r"buffer size\s*=\s*([\d.]+) MiB")
_DOTS: Final = re.compile(r"^\.{3,}$")
_ALL_DOTS: Final = 100  # llama.cpp prints a dot for each hundredth of the weights
_NO_MEMORY: Final = re.compile(
    r"out of memory|failed to allocate|unable to allocate|cannot allocate memory|insufficient memory|std::bad_alloc"
    r"|ErrorOutOfDeviceMemory",
    re.IGNORECASE,
)
_FAILED: Final = re.compile(
    # the cause only: "failed to load model", which follows it, says less, and the last reason told is the one kept
    r"error loading model: (?!.*failed to load model from)(?P<cause>.+)"
    r"|(?P<said>(?:failed to open GGUF|invalid magic|gguf_init_from_\w+: failed|failed to load lora adapter"
    r"|failed to load CLIP model|couldn.t bind).*)"
)
_STAGES: Final = (
    ("llama_model_loader: loaded meta data", "header", 0.02),
    ("load_tensors: loading model tensors", "weights", 0.05),
    ("load_model: loading model", "weights", 0.05),
    ("llama_context: constructing", "cache", 0.9),
    ("warming up the model", "warming", 0.95),
    ("init: model loaded", "warming", 1.0),
)
_PREFIX: Final = re.compile(r"^[\d.]+ [IWED] ")


def heard(line: str) -> Heard | None:
    """What the line tells, None for nothing."""
    text = _PREFIX.sub("", line.strip())
    if text.startswith("{"):
        return hear(text)
    if _NO_MEMORY.search(text):
        return Heard(out_of_memory=True, reason=text)
    if found := _FAILED.search(text):
        return Heard(reason=found["cause"] or found["said"])
    if found := _BUFFER.search(text):
        return Heard(buffer_bytes=int(float(found[1]) * 2**20))
    if _DOTS.match(text):
        return Heard(stage="weights", fraction=round(0.05 + 0.85 * min(1.0, len(text) / _ALL_DOTS), 3))
    for words, stage, fraction in _STAGES:
        if words in text:
            return Heard(stage=stage, fraction=fraction)
    return None
