"""Everything that crosses a wire: HTTP, event streams, when to try again. Knows no model and no vendor."""
