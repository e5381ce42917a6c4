"""The coach: what is asked of it, what a message means, what it answers by rules, and how a model falls out of role."""
