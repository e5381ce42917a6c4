"""The typed outputs that several tasks and doors share. Knows shapes and how they are saved; makes none of them."""
