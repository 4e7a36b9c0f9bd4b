"""The parts of text formats: encodings, roots of markup, values of JSON, records of CSV."""
