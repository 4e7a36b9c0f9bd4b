"""Training of a static encoder; see :mod:`benchmarks.train_encoder.__main__`."""
