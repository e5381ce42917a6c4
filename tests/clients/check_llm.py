"""simonw/llm with an extra-openai-models.yaml, from its command line: answer, stream, schema, tools, embeddings."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from clients.door import ANSWER, KEY, MODEL, QUESTION, SCHEMA, V1, done, expect, step

MODELS = f"""
- model_id: ours
  model_name: {MODEL}
  api_base: {V1}
  api_key_name: partimento
  supports_schema: true
  supports_tools: true
"""
FUNCTION = 'def look_up_chord(symbol: str) -> str:\n    "Notes of a chord."\n    return "D F A C"\n'


def llm(*words: str) -> str:
    command = [sys.executable, "-m", "llm", *words]
    ended = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    expect(ended.returncode == 0, ended.stderr)
    return ended.stdout


with tempfile.TemporaryDirectory() as folder:
    os.environ["LLM_USER_PATH"] = folder
    (Path(folder) / "extra-openai-models.yaml").write_text(MODELS)
    llm("keys", "set", "partimento", "--value", KEY)

    with step("models"):
        expect("ours" in llm("models"))

    with step("stream"):
        expect(ANSWER in llm("-m", "ours", QUESTION))

    with step("answer in one piece"):
        expect(ANSWER in llm("-m", "ours", "--no-stream", QUESTION))

    with step("schema"):
        import json

        expect(json.loads(llm("-m", "ours", "--schema", json.dumps(SCHEMA), QUESTION))["chords"])

    with step("tools"):
        expect(ANSWER in llm("-m", "ours", "--functions", FUNCTION, QUESTION))

    with step("conversation"):
        expect(ANSWER in llm("-m", "ours", "-c", "And in F?"))

done()
