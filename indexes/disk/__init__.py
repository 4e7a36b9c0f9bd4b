"""What stands between an index and the disk: connections to SQLite, the note of the last commit, what errors mean."""
