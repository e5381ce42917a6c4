"""Forms of tasks: from the schema of what a task takes to fields, and from what was filled in back to inputs."""
