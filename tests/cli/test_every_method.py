#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One probability of every model by every method, on the real study where it is at hand.

Trained briefly: what a network has learned does not matter to how its probability is
estimated, only that some succeed and some do not."""
import json
import os

import harness as h

SAMPLERS = ("mc", "qmc", "stratified", "qrng", "control")
AMPLITUDE = ("canonical", "mlae", "iqae", "miqae", "fixed-point", "faster")
SEQUENCE = {"lstm": 30, "qlstm": 20, "qtlstm": 6, "qklstm": 20}
# Of intervals that must all hold at once, and its quantile of the normal distribution.
LEVEL, Z = 0.9999, 3.891
# A noisy device, and the qubits there are time for; maximum likelihood fits what it does.
NOISY = (("circuit=0.01,readout=0.01:0.02", 14, "0.02"),
         ("depolarising=0.0002,damping=0.0002", 3, "0.05"))


def models():
    """Name, and the words that fit it."""
    brief = ("--early-stopping", "off", "--bootstrap", "0")
    yield "emax", ("--bootstrap", "0")
    yield "logistic", ("--bootstrap", "0")
    yield "pkpd", ("--bootstrap", "0", "--structure", "usual")
    for name, epochs in SEQUENCE.items():
        yield name, ("--epochs", epochs, *brief)
        yield name, ("--epochs", max(2, epochs // 3), *brief, "--input", "exposure",
                     "--structure", "usual")
    yield "pinn", ("--epochs", 200, "--bootstrap", "0")
    yield "qpinn", ("--epochs", 60, "--bootstrap", "0")


def estimate(folder, data, model, dose, *words):
    path = folder / "estimate.json"
    h.good("estimate", data, "--model", model, "--regimen", "qd", "--dose", dose, "--json", path,
           "--quiet", *words)
    return json.loads(path.read_text())


def telling_dose(folder, data, model):
    """One that some succeed with and some do not."""
    low, high = 0.1, 1000.0
    for _ in range(12):
        dose = round((low * high) ** 0.5, 2)
        p = estimate(folder, data, model, dose, "--method", "qmc", "--half-width", "0.02")["estimate"]
        if 0.3 <= p <= 0.95:
            return dose
        low, high = (dose, high) if p < 0.3 else (low, dose)
    raise AssertionError(f"no dose of {model} succeeds in some patients and fails in others")


def allowed(result):
    """The interval, widened by what it does not hold: the table, and the virtual people
    that the table was made of."""
    off = result["discretisation"] or 0.0
    if result["reference"] is not None:
        p = result["reference"]
        off += Z * (p * (1 - p) / result["tabulated"]) ** 0.5
    return result["interval"][0] - off, result["interval"][1] + off


def tell(name, dose, method, result):
    low, high = result["interval"]
    print(f"# {name:16} {dose:7} mg  {method:22} {result['estimate']:.4f} "
          f"[{low:.4f}, {high:.4f}] ± {result['discretisation'] or 0:.4f} "
          f"{result['a_calls']:7} queries, {result['backend']}", flush=True)


def check_model(folder, data, name, model):
    dose = telling_dose(folder, data, model)
    ends = {}

    def ask(label, *words, half="0.02"):
        result = estimate(folder, data, model, dose, *words, "--level", LEVEL, "--half-width", half)
        assert result["verdict"] != "capped", (name, label, result)
        tell(name, dose, label, result)
        # Noise of gates is but nearly the decay that is fitted, and a few qubits' gates are many.
        more = 0.04 if result["backend"] == "density matrix" else 0.0
        if result["exact"] is not None:
            low, high = result["interval"]
            assert low - more <= result["exact"] <= high + more, (name, label, result)
        ends[label] = allowed(result)

    for method in SAMPLERS + AMPLITUDE:
        ask(method, "--method", method, "--qubits", 16)
    for noise, qubits, half in NOISY:
        ask(f"mlae, {noise.split('=')[0]}", "--method", "mlae", "--qubits", qubits, "--noise", noise,
            half=half)
    low, high = max(ends, key=lambda m: ends[m][0]), min(ends, key=lambda m: ends[m][1])
    assert ends[low][0] <= ends[high][1], (name, dose, low, ends[low], high, ends[high])


def test_every_method_estimates_every_model_and_they_agree(folder):
    path = os.environ.get("QUSOP_ESTDATA")
    data = path if path and os.path.isfile(path) else h.SAMPLE
    print(f"# {'the study of $QUSOP_ESTDATA' if data is path else 'the sample'}")
    for name, words in models():
        label = name + "-exposure" * ("exposure" in words)
        model = folder / f"{label}.json"
        h.good("fit", data, "--model", name, "--out", model, "--quiet", *words)
        check_model(folder, data, label, model)


if __name__ == "__main__":
    h.main()
