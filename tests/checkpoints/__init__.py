"""Checkpoints for tests, made here from nothing: Hugging Face folders and GGUF files of four families with random
weights, and one small llama that has learned a few answers. Knows shapes and file formats; leaves running them to
engines. What is asked for again is copied, not made again.
"""

from __future__ import annotations

from checkpoints.adapters import gguf_lora, lora
from checkpoints.dialogues import ANSWERS
from checkpoints.families import Shape
from checkpoints.folders import hf
from checkpoints.large import mid
from checkpoints.learning import trained
from checkpoints.vectors import embedding
from checkpoints.writing import gguf

__all__ = ["ANSWERS", "Shape", "embedding", "gguf", "gguf_lora", "hf", "lora", "mid", "trained"]
