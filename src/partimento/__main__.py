"""`python -m partimento` is the command line."""

from partimento.cli import main

main()
