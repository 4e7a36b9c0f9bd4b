"""The names of fields in rows, and where in a row each field is."""
