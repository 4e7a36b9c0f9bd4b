"""Feeds and wire formats: what outlets publish and agencies send."""
