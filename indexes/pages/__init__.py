"""A scraped page taken apart."""
