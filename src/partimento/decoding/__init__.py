"""From a type to its JSON schema, and from a model's text back to the type. Knows no engine and no task."""
