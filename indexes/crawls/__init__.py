"""WARC and WET files: their records, and pages that are taken apart in other processes."""
