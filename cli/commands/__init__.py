"""The verbs of ``sada``, one file each."""
