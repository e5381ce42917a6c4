"""Where memory and ledger are kept. Knows databases; leaves what to write, and when, to `pipeline`."""
