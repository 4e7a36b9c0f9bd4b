#!/usr/bin/env bash
# numba 0.68.1 compiles .view(), which NumPy's numbers have: the bits of a float32
# read as an int32. Top-k searches compare scores that way, as whole numbers.
# One would guess that it works on every number of a compiled function that is a
# float32, as an element of an array is.
# What happens: it works only on a name, or a call, that is a cast by itself, as
# np.float32(...). On an element of an array, on a sum and on max() it is refused,
# with the hint to cast. On a name that is bound twice, as by a conditional, there
# is no hint: a KeyError tells of "more than one definition for" some internal
# name. With the cast around it the same function compiles, also there.
# It matters for kernels: the bound of a heap is such a name (nothing yet, or the
# least score kept). Viewing the whole array of scores once needs no cast.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check numba==0.68.1 numpy==2.4.6
cat > "$work/views.py" <<'PY'
import numba
import numpy as np


def of_an_element(scores, full):
    return scores[0].view(np.int32)


def of_a_name(scores, full):
    least = scores[0]
    return least.view(np.int32)


def of_a_sum(scores, full):
    return (scores[0] + scores[1]).view(np.int32)


def of_two_bindings(scores, full):
    least = scores[0] if full else np.float32(0)
    return least.view(np.int32)


def of_two_bindings_cast(scores, full):
    least = scores[0] if full else np.float32(0)
    return np.float32(least).view(np.int32)


def of_the_array(scores, full):
    return scores.view(np.int32)[0]


scores = np.array([1.5, 2.5], np.float32)
print("numba", numba.__version__)
seen = {}
for function in (of_an_element, of_a_name, of_a_sum, of_two_bindings, of_two_bindings_cast, of_the_array):
    plain = int(function(scores, True))
    try:
        found = int(numba.njit(function)(scores, True))
        assert found == plain
        seen[function.__name__] = "works"
    except (numba.TypingError, KeyError) as error:
        seen[function.__name__] = type(error).__name__ + (", with the hint" if "wrapping" in str(error) else "")
    print(f"{function.__name__}: NumPy {plain}; numba: {seen[function.__name__]}")
assert seen == {
    "of_an_element": "TypingError, with the hint",
    "of_a_name": "TypingError, with the hint",
    "of_a_sum": "TypingError, with the hint",
    "of_two_bindings": "KeyError",
    "of_two_bindings_cast": "works",
    "of_the_array": "works",
}, seen
PY
"$work/venv/bin/python" "$work/views.py"
