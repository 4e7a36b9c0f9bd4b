"""Compare outlets: which is first, and which copies which."""
