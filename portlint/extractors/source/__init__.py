"""Source languages: each module says what a file of its language calls, names and includes."""
