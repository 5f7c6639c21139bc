"""The comparison that scripts/bench-encoder runs: arguments are explained there."""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

LAYERS, HEADS, HIDDEN = 6, 12, 384


def read_safetensors(path):
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
        data = file.read()
    return {
        name: numpy.frombuffer(data, "<f4", offset=entry["data_offsets"][0], count=int(numpy.prod(entry["shape"])))
        .reshape(entry["shape"])
        for name, entry in header.items()
        if entry.get("dtype") == "F32"
    }


class Graph:
    """A graph of the runtime's fused operators."""

    def __init__(self, weights):
        self.weights, self.nodes, self.initializers, self.count = weights, [], [], 0

    def constant(self, array):
        name = f"constant{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(numpy.ascontiguousarray(array), name))
        return name

    def weight(self, name, transposed=False):
        array = self.weights[name]
        return self.constant(array.T if transposed else array)

    def add(self, kind, inputs, domain="com.microsoft", outputs=1, **attributes):
        names = [f"value{self.count + i}" for i in range(outputs)]
        self.count += outputs
        self.nodes.append(helper.make_node(kind, inputs, names, domain=domain, **attributes))
        return names[0]

    def linear(self, x, name):
        return self.add("MatMul", [x, self.weight(f"{name}.weight", transposed=True)], domain="")

    def skip_norm(self, x, skip, norm, bias):
        inputs = [x, skip, self.weight(f"{norm}.weight"), self.weight(f"{norm}.bias"), self.weight(bias)]
        return self.add("SkipLayerNormalization", inputs, epsilon=1e-12)

    def layer(self, x, index):
        name = f"encoder.layer.{index}"
        parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        joined = self.constant(numpy.concatenate([self.weights[f"{part}.weight"].T for part in parts], axis=1))
        bias = self.constant(numpy.concatenate([self.weights[f"{part}.bias"] for part in parts]))
        context = self.add("Attention", [x, joined, bias], num_heads=HEADS)
        out = f"{name}.attention.output"
        x = self.skip_norm(self.linear(context, f"{out}.dense"), x, f"{out}.LayerNorm", f"{out}.dense.bias")
        inner = self.linear(x, f"{name}.intermediate.dense")
        inner = self.add("BiasGelu", [inner, self.weight(f"{name}.intermediate.dense.bias")])
        out = f"{name}.output"
        return self.skip_norm(self.linear(inner, f"{out}.dense"), x, f"{out}.LayerNorm", f"{out}.dense.bias")

    def model(self):
        tables = [self.weight(f"embeddings.{name}_embeddings.weight") for name in ("word", "position", "token_type")]
        norm = [self.weight("embeddings.LayerNorm.weight"), self.weight("embeddings.LayerNorm.bias")]
        x = self.add("EmbedLayerNormalization", ["ids", "kinds", *tables, *norm], outputs=2, epsilon=1e-12)
        for index in range(LAYERS):
            x = self.layer(x, index)
        axes = self.constant(numpy.array([1], dtype=numpy.int64))
        mean = self.add("ReduceMean", [x, axes], domain="", keepdims=0)
        self.nodes.append(helper.make_node("LpNormalization", [mean], ["vector"], axis=1, p=2))
        ids = [helper.make_tensor_value_info(name, TensorProto.INT32, [1, "tokens"]) for name in ("ids", "kinds")]
        vector = helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, HIDDEN])
        graph = helper.make_graph(self.nodes, "encoder", ids, [vector], self.initializers)
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)


def session(path, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def feed(ids):
    row = numpy.array([ids], dtype=numpy.int32)
    return {"ids": row, "kinds": numpy.zeros_like(row)}


def time_peer(peer, samples, seconds):
    feeds = [feed(sample["ids"]) for sample in samples]
    for _ in range(3):
        peer.run(None, feeds[0])
    times, end = [], time.perf_counter() + seconds
    while len(times) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        peer.run(None, feeds[len(times) % len(feeds)])
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


def own_report(command, tokens, threads, seconds):
    done = subprocess.run(
        [*command, "--json", "--tokens", str(tokens), "--threads", str(threads), "--seconds", str(seconds)],
        stdout=subprocess.PIPE,
    )
    if done.returncode != 0:
        sys.exit(f"bench-encoder: {' '.join(command)} ended with code {done.returncode}")
    return json.loads(done.stdout)


def main():
    folder, tokens, threads, seconds, rounds, *command = sys.argv[1:]
    tokens, threads = ([int(part) for part in text.split(",")] for text in (tokens, threads))
    seconds, rounds = float(seconds), int(rounds)
    weights = read_safetensors(os.path.join(folder, "model.safetensors"))
    with tempfile.TemporaryDirectory() as work:
        path = os.path.join(work, "peer.onnx")
        onnx.save(Graph(weights).model(), path)
        sessions = {count: session(path, count) for count in threads}
    own, peer, cosines, report = {}, {}, [], None
    for _ in range(rounds):
        for count in threads:
            for length in tokens:
                report = own_report(command, length, count, seconds)
                own.setdefault((length, count), []).append(report["settings"][0]["p50_milliseconds"])
                peer.setdefault((length, count), []).append(time_peer(sessions[count], report["samples"], seconds))
                for sample in report["samples"]:
                    vector = sessions[count].run(None, feed(sample["ids"]))[0][0]
                    cosines.append(float(numpy.dot(vector.astype("f8"), numpy.array(sample["vector"]))))
    print(f"{report['model']} on {report['kernels']} against ONNX Runtime {onnxruntime.__version__} float32,")
    print(f"median of {rounds} alternating rounds' medians, ms a text")
    print(f"{'tokens':>6} {'threads':>7} {'ours':>8} {'peer':>8} {'ratio':>6} {'ratio of the rounds':>20}")
    for (length, count), times in sorted(own.items(), key=lambda item: (item[0][1], item[0][0])):
        ratios = [theirs / ours for ours, theirs in zip(times, peer[length, count])]
        ours, theirs = statistics.median(times), statistics.median(peer[length, count])
        spread = f"{min(ratios):.2f}…{max(ratios):.2f}"
        print(f"{length:6} {count:7} {ours:8.3f} {theirs:8.3f} {theirs / ours:6.2f} {spread:>20}")
    print(f"minimum cosine {min(cosines):.7f}")


main()
