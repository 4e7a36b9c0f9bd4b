"""Formats that hold many articles: each module reads the rows of one."""
