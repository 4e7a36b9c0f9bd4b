"""Letters that are written in more than one way, and those whose reading depends on what stands beside them."""
