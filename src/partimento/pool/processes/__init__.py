"""A model's process: how it is started, heard, watched and ended, and what its end means."""
