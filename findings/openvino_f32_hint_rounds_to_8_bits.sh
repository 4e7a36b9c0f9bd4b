#!/usr/bin/env bash
# openvino 2026.4.1 runs models whose weights are stored in 8 bits with a scale for
# each output. The property INFERENCE_PRECISION_HINT says in which precision to
# calculate; f32 is the highest.
# One would guess that with f32 the only rounding is that of the stored weights: the
# result is that of the same weights written out in float32.
# What happens: inputs are still rounded to 8 bits on their way into such a layer, in
# groups of 32, because another property, DYNAMIC_QUANTIZATION_GROUP_SIZE, is on by
# default and the hint leaves it so. Where one number of a group is large, the others
# lose most of their digits: here the result is some per cent away. With that property
# at "0" it is right.
# It matters for encoders of texts, whose inner vectors have a few columns that are
# many times the others: vectors made "in f32" on one machine are not those of another.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check openvino==2026.4.1 numpy==2.4.6
"$work/venv/bin/pip" uninstall -q -y openvino-telemetry # it would report the import to its makers
HOME="$work" "$work/venv/bin/python" - <<'PY'
import numpy as np
import openvino as ov
from openvino import opset13 as op

print("openvino", ov.__version__)
draw = np.random.default_rng(5)
stored = draw.integers(-127, 128, (256, 384)).astype(np.int8)
scales = (0.01 * (1 + draw.random((256, 1)))).astype(np.float32)
rows = draw.normal(size=(64, 384)).astype(np.float32)
rows[:, 7] *= 100
exact = rows.astype(float) @ (stored * scales.astype(float)).T

given = op.parameter([-1, 384], ov.Type.f32, name="given")
weights = op.multiply(op.convert(op.constant(stored, shared_memory=False), ov.Type.f32), op.constant(scales))
model = ov.Model([op.matmul(given, weights, False, True)], [given], "layer")


def away(**properties):
    """How far the result is from the exact one, over its usual size without the large column."""
    compiled = ov.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32", **properties})
    found = compiled([rows])[compiled.output(0)]
    usual = np.abs((rows * (np.arange(384) != 7)).astype(float) @ (stored * scales.astype(float)).T).mean()
    return float(np.abs(found - exact).mean() / usual)


hinted, without = away(), away(DYNAMIC_QUANTIZATION_GROUP_SIZE="0")
print(f"f32: {hinted:.4f} away; without dynamic quantization: {without:.6f}")
assert hinted > 0.02 and without < 1e-4
PY
