"""Read files, folders and streams as articles."""
