"""Models as files: where they lie, what they are, what suits this machine, how they get here and go."""
