"""How results, notes and progress are written: tables, JSON, CSV, Parquet, HTML, and to which file or stream."""
