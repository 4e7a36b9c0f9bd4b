#!/usr/bin/env bash
# onnxruntime 1.32.0 has quantize_dynamic(), which turns the weights of a model into
# 8 bits and rounds what passes through it to 8 bits when it runs. Encoders of texts
# are made quicker with it.
# One would guess that each row of an input, which is a text of its own in a batch,
# is rounded by a scale of its own, so that its result is the same in any company.
# What happens: there is one scale for the whole input. A row of small numbers beside
# one of large numbers comes out otherwise than alone, here by more than a tenth.
# It matters for an index of vectors: an article would get another vector with
# every batch that it happens to come in, and equal texts would not be equal.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check onnxruntime==1.32.0 onnx==1.22.0 numpy==2.4.6
cd "$work"
"$work/venv/bin/python" - <<'PY'
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

print("onnxruntime", onnxruntime.__version__)
draw = np.random.default_rng(5)
weights = numpy_helper.from_array(draw.normal(size=(64, 8)).astype(np.float32), "weights")
given, result = (
    helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", columns])
    for name, columns in (("given", 64), ("result", 8))
)
graph = helper.make_graph([helper.make_node("MatMul", ["given", "weights"], ["result"])], "g", [given], [result], [weights])
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10), "plain.onnx")
quantize_dynamic("plain.onnx", "small.onnx", weight_type=QuantType.QInt8)


def run(path, rows):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(None, {"given": rows})[0]


small = draw.normal(size=(1, 64)).astype(np.float32)
both = np.vstack([small, 100 * draw.normal(size=(1, 64)).astype(np.float32)])
size = np.abs(run("plain.onnx", small)).max()
for path in ("plain.onnx", "small.onnx"):
    apart = np.abs(run(path, small)[0] - run(path, both)[0]).max() / size
    print(path, "alone and beside another row differ by", round(float(apart), 4))
    assert apart > 0.1 if path == "small.onnx" else apart < 1e-5
PY
