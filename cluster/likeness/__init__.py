"""How alike two articles are as copies."""
