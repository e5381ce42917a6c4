"""How the next chord is foretold: tokens, tables of other songs, the song's own memory, and the mixing of both."""
