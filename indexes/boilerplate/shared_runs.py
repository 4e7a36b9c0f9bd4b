import numpy as np


def shared_runs(titles, sets):
    return np.zeros(0, np.uint32)
