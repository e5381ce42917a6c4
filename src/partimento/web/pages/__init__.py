"""Each page in its file: what it shows, and what can be done there."""
