"""Binary tables: a module reads the rows of one format."""
