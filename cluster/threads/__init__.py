"""Threads: stories of one large event, joined over days."""
