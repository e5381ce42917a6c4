"""What exists and what it costs on which day. Knows the shipped models and the owner's changes; asks no network."""
