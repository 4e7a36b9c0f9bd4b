"""HTML in texts: its tags, its character references, and texts without them."""
