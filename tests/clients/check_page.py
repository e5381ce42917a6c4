"""The Python examples of docs/how-to/connect-a-client.md, run as they stand but for the address."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import re
from pathlib import Path

from clients.door import KEY, URL, done, expect, step

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "connect-a-client.md"
BLOCK = re.compile(r"(?:^    .*\n|^\n(?=    ))+", re.MULTILINE)
IMPORTED = re.compile(r"^(?:from|import) (\w+)", re.MULTILINE)

os.environ["PARTIMENTO_KEY"] = KEY
for section in PAGE.read_text().split("\n## ")[1:]:
    title = section.partition("\n")[0]
    for block in BLOCK.findall(section):
        code = re.sub(r"^    ", "", block, flags=re.MULTILINE).replace("http://127.0.0.1:8000", URL)
        modules = IMPORTED.findall(code)
        if "import os" not in code or not all(importlib.util.find_spec(module) for module in modules):
            continue  # no Python, or about a client that lives in the other environment
        with step(title), contextlib.redirect_stdout(io.StringIO()) as said:
            exec(compile(code, title, "exec"), {"__name__": "example"})
            expect("Dm7" in said.getvalue(), said.getvalue())

done()
