"""How articles become commits."""
