"""What a lesson is written from: settings, examples, exercises, steps; notes by the theory engine, no model."""
