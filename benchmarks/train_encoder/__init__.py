"""Training of the encoder that the package carries; see :mod:`benchmarks.train_encoder.__main__`."""
