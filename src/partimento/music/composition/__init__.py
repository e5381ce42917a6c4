"""From a description to a piece: read, planned, sketched, set in a key, played by two hands and a band, and proven."""
