"""The `sada` command: one file a verb, no logic of its own."""
