"""ONNX graphs, ready to run."""

from __future__ import annotations

from pathlib import Path

import onnxruntime as ort


def open_graph(graph: Path | bytes) -> ort.InferenceSession:
    """A graph, from its file or bytes, to be run on one thread."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    source = graph if isinstance(graph, bytes) else str(graph)
    return ort.InferenceSession(source, options, providers=["CPUExecutionProvider"])
