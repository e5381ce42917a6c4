"""How much memory: what a model takes, read from its headers, and what this machine has."""
