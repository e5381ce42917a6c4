"""The one way through, one file per station. Knows only the ports of `core`; `run.py` is the page to read first."""
