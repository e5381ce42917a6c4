"""What is loaded, given out, moved and refused: pure decisions on the state of the pool. Knows no clock, no process."""
