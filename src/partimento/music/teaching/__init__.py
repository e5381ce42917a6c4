"""What is taught, in which order, and the true sentences of it: concepts, their prerequisites, facts by the theory engine."""
