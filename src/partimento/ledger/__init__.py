"""What was asked and spent. Knows how the ledger is read and aged; leaves writing it to `pipeline`."""
