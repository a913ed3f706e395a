# SPDX-License-Identifier: Apache-2.0
"""A network as ONNX says what the program says: read here from its bytes and computed by the definition
of each operator, then by the format's own checker and by ONNX Runtime where they are at hand."""
import csv
import json
import math
import os
import shutil
import struct
import subprocess

import harness as h

N_STEPS = 24


def fields(data):
    """(number, value) of a protocol buffer message: integers, and bytes for all that has a length."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        else:
            assert key & 7 == 2, key
            size = varint()
            yield key >> 3, data[at:at + size]
            at += size


def every(data, number):
    return [value for key, value in fields(data) if key == number]


def tensor(data):
    """(dimensions, flat values)"""
    raw, kind = every(data, 9)[0], every(data, 2)[0]
    size, code = {1: (4, "f"), 7: (8, "q")}[kind]
    return every(data, 1), list(struct.unpack(f"<{len(raw) // size}{code}", raw))


class Graph:
    def __init__(self, model):
        graph, = every(model, 7)
        self.constants = {every(t, 8)[0].decode(): tensor(t) for t in every(graph, 5)}
        self.nodes = [self.node(n) for n in every(graph, 1)]
        self.inputs = [every(v, 1)[0].decode() for v in every(graph, 11)]
        self.output, = [every(v, 1)[0].decode() for v in every(graph, 12)]
        self.notes = {every(e, 1)[0].decode(): every(e, 2)[0].decode() for e in every(model, 14)}

    @staticmethod
    def node(data):
        attributes = {}
        for attribute in every(data, 5):
            name = every(attribute, 1)[0].decode()
            attributes[name] = every(attribute, 8) or (every(attribute, 3) or every(attribute, 4))[0]
        return (every(data, 4)[0].decode(), [x.decode() for x in every(data, 1)],
                every(data, 2)[0].decode(), attributes)

    def run(self, **given):
        known = {**self.constants, **{name: ([len(x)], x) for name, x in given.items()}}
        for op, inputs, output, attributes in self.nodes:
            known[output] = getattr(Operators, op)(*[known[x] for x in inputs], **attributes)
        return known[self.output]


def index(place, dims):
    """Of a place in a broadcast result, the flat index in an operand."""
    at = 0
    for x, size in zip(place[len(place) - len(dims):], dims):
        at = at * size + (x if size > 1 else 0)
    return at


def places(dims):
    if not dims:
        yield ()
        return
    for x in range(dims[0]):
        for rest in places(dims[1:]):
            yield (x, *rest)


def broadcast(f):
    def operator(a, b):
        n = max(len(a[0]), len(b[0]))
        left, right = [[1] * (n - len(x[0])) + x[0] for x in (a, b)]
        dims = [max(pair) for pair in zip(left, right)]
        return dims, [f(a[1][index(p, a[0])], b[1][index(p, b[0])]) for p in places(dims)]
    return staticmethod(operator)


def each(f):
    return staticmethod(lambda a: (a[0], [f(x) for x in a[1]]))


class Operators:
    Add = broadcast(lambda a, b: a + b)
    Sub = broadcast(lambda a, b: a - b)
    Mul = broadcast(lambda a, b: a * b)
    Div = broadcast(lambda a, b: a / b)
    Log, Exp, Relu = each(math.log), each(math.exp), each(lambda x: max(x, 0.0))

    @staticmethod
    def Reshape(a, shape):
        rest = math.prod(x for x in shape[1] if x > 0)
        return [x if x > 0 else len(a[1]) // rest for x in shape[1]], a[1]

    @staticmethod
    def Transpose(a, perm):
        dims = [a[0][k] for k in perm]
        back = [perm.index(k) for k in range(len(perm))]
        return dims, [a[1][index([p[k] for k in back], a[0])] for p in places(dims)]

    @staticmethod
    def Concat(*parts, axis):
        assert axis == 2 and all(p[0] == parts[0][0] and p[0][2] == 1 for p in parts)
        return parts[0][0][:2] + [len(parts)], [x for row in zip(*[p[1] for p in parts]) for x in row]

    @staticmethod
    def MatMul(a, b):
        k, n = b[0]
        columns = [b[1][j::n] for j in range(n)]
        return a[0][:-1] + [n], [math.fsum(map(float.__mul__, a[1][i:i + k], c))
                                 for i in range(0, len(a[1]), k) for c in columns]

    @staticmethod
    def LSTM(x, w, r, b, hidden_size, direction):
        assert direction == b"bidirectional"
        steps, n, k = x[0]
        m = hidden_size
        out = [0.0] * (steps * 2 * n * m)
        sigma = lambda v: 1 / (1 + math.exp(-v))  # noqa: E731
        for d in range(2):
            rows = [(w[1][(d * 4 * m + g) * k:][:k], r[1][(d * 4 * m + g) * m:][:m],
                     b[1][d * 8 * m + g] + b[1][d * 8 * m + 4 * m + g]) for g in range(4 * m)]
            for s in range(n):
                state, cell = [0.0] * m, [0.0] * m
                for t in range(steps)[::-1 if d else 1]:
                    now = x[1][(t * n + s) * k:][:k]
                    z = [sum(map(float.__mul__, now, wi)) + sum(map(float.__mul__, state, ri)) + bi
                         for wi, ri, bi in rows]
                    for j in range(m):
                        i, o, f, c = (z[g * m + j] for g in range(4))
                        cell[j] = sigma(f) * cell[j] + sigma(i) * math.tanh(c)
                        state[j] = sigma(o) * math.tanh(cell[j])
                    out[((t * 2 + d) * n + s) * m:((t * 2 + d) * n + s) * m + m] = state
        return [steps, 2, n, m], out


def make(folder):
    """A network, its ONNX file, and what the program predicts for four subjects of each arm's dose."""
    data, model = h.fit(folder, "lstm", *h.TINY)
    h.good("translate", model, "--to", "onnx", "--out", folder / "net.onnx")
    h.good("diagnose", data, "--model", model, "--simulations", "100", "--out", folder / "diagnosis")
    with open(data, encoding="utf-8") as file:
        people = {row["ID"]: row for row in csv.DictReader(file)}
    with open(folder / "diagnosis/residuals.csv", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["PRED"]]
    start = min(float(row["TIME"]) for row in rows)
    predicted = [(people[row["ID"]], float(row["TIME"]) - start, float(row["PRED"])) for row in rows]
    assert len(predicted) > 20
    return folder / "net.onnx", predicted


def agrees(predicted, interval_h, answer):
    """Both join the network's 24 points linearly, as logarithms."""
    for person, time, value in predicted:
        logs = [math.log(x) for x in answer[person["ID"]]]
        at = min(time / interval_h * (N_STEPS - 1), N_STEPS - 1)
        low = min(int(at), N_STEPS - 2)
        own = math.exp(logs[low] + (at - low) * (logs[low + 1] - logs[low]))
        assert abs(own / value - 1) < 1e-4, (person["ID"], time, own, value)


def doses(predicted):
    people = list({person["ID"]: person for person, _, _ in predicted}.values())[::3]
    return (people, [float(p["DOSE"]) / float(p["BW"]) for p in people],
            [float(p["COMED"]) for p in people])


def test_the_graph_says_what_the_program_says(folder):
    path, predicted = make(folder)
    graph = Graph(path.read_bytes())
    people, dose, comed = doses(predicted)
    dims, values = graph.run(dose_mg_per_kg=dose, comed=comed)
    assert dims == [len(people), N_STEPS] and graph.inputs == ["dose_mg_per_kg", "comed"]
    answer = {p["ID"]: values[i * N_STEPS:(i + 1) * N_STEPS] for i, p in enumerate(people)}
    kept = [row for row in predicted if row[0]["ID"] in answer]
    agrees(kept, float(graph.notes["interval_h"]), answer)
    assert float(graph.notes["sigma"]) > 0 and len(graph.notes["data_sha256"]) == 64


CHECK = "import onnx, sys; onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)"


def test_the_checker_of_the_format_accepts_it(folder):
    pythons = [p for p in ("/usr/bin/python3", shutil.which("python3")) if p and os.path.exists(p)]
    able = [p for p in pythons if subprocess.run([p, "-c", "import onnx"], check=False,
                                                 stderr=subprocess.DEVNULL).returncode == 0]
    if not able:
        raise h.Skip("the Python package onnx is not here")
    path, _ = make(folder)
    subprocess.run([able[0], "-c", CHECK, path], check=True)


RUN = """
const ort = require('onnxruntime-web');
ort.env.wasm.numThreads = 1;
(async () => {
  const [path, dose, comed] = process.argv.slice(1);
  const bytes = require('fs').readFileSync(path);
  const net = await ort.InferenceSession.create(new Uint8Array(bytes));
  const column = (text) => { const x = Float32Array.from(JSON.parse(text));
                             return new ort.Tensor('float32', x, [x.length]); };
  const out = await net.run({ dose_mg_per_kg: column(dose), comed: column(comed) });
  console.log(JSON.stringify(Array.from(out.biomarker_ng_ml.data)));
})();
"""


def test_onnx_runtime_says_the_same(folder):
    node = shutil.which("node")
    if node is None or subprocess.run([node, "-e", "require.resolve('onnxruntime-web')"], check=False,
                                      stderr=subprocess.DEVNULL).returncode != 0:
        raise h.Skip("onnxruntime-web is not here (NODE_PATH tells node where to look)")
    path, predicted = make(folder)
    people, dose, comed = doses(predicted)
    out = subprocess.run([node, "-e", RUN, path, json.dumps(dose), json.dumps(comed)], check=True,
                         text=True, stdout=subprocess.PIPE).stdout
    values = json.loads(out.strip().splitlines()[-1])
    answer = {p["ID"]: values[i * N_STEPS:(i + 1) * N_STEPS] for i, p in enumerate(people)}
    agrees([row for row in predicted if row[0]["ID"] in answer], 24.0, answer)


if __name__ == "__main__":
    h.main()
