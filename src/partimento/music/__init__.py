"""The theory engine: plain values in, plain values out. Knows no model, no store and no network."""
