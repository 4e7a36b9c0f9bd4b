"""JSON: lines, documents that are read value by value, and values that are nearly JSON."""
