"""What is practised: one file a kind of exercise, each from a progression to the notes of a study."""
