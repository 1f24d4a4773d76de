"""The same jobs from a terminal: one file a command, ``main`` puts them together."""
