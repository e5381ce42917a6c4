"""Multiple-choice questions on harmony, answered by the engine: one file a family of questions."""
