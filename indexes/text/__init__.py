"""What strings are: letters, tokens, terms, languages, dates."""
