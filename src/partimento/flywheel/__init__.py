"""From what the owner approves to what the house knows. Knows ratings and examples; generates nothing."""
