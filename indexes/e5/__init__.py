"""The model multilingual-e5-small, run with NumPy and a few compiled loops."""
