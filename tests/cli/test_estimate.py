#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One probability, by every method."""
import csv
import json
import random

import harness as h

SAMPLERS = ("mc", "qmc", "stratified", "qrng", "control")
AMPLITUDE = ("canonical", "mlae", "iqae", "miqae", "fixed-point", "faster")
TABLE = "weight,success\n0.1,1\n0.3,1\n0.25,0\n0.15,1\n0.2,1\n"


def write_table(folder, text=TABLE):
    path = folder / "table.csv"
    path.write_text(text)
    return path


def read_csv(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def estimate(folder, *words):
    path = folder / "estimate.json"
    out = h.good("estimate", *words, "--json", path, "--level", "0.999")
    return json.loads(path.read_text()), out


def test_every_method_estimates_a_table(folder):
    table = write_table(folder)
    for method in SAMPLERS + AMPLITUDE:
        result, out = estimate(folder, "--table", table, "--method", method)
        assert result["schema"] == "qusop-estimate/1" and result["method"] == method
        assert abs(result["exact"] - 0.75) < 1e-12
        low, high = result["interval"]
        assert low <= 0.75 <= high and low <= result["estimate"] <= high, method
        assert result["level"] == 0.999 and result["terminated"] is True
        assert result["a_calls"] >= result["shots"] > 0 and result["elapsed_s"] >= 0
        assert (result["a_calls"] > result["shots"]) == (method in AMPLITUDE), method
        assert "not for treating patients" in out


def test_every_method_estimates_a_dose_and_they_agree(folder):
    data, model = h.fit(folder, "emax")
    ends = []
    for method in SAMPLERS + AMPLITUDE:
        result, out = estimate(folder, data, "--model", model, "--regimen", "qd", "--dose", "6",
                               "--method", method, "--half-width", "0.02", "--qubits", "14")
        off = result["discretisation"] or 0
        assert (result["discretisation"] is not None) == (method in AMPLITUDE)
        ends.append((result["interval"][0] - off, result["interval"][1] + off))
        assert result["dose_mg"] == 6
    assert max(low for low, _ in ends) <= min(high for _, high in ends), ends


def test_an_estimate_agrees_with_the_curve(folder):
    data, model = h.fit(folder, "emax")
    h.good("solve", data, "--model", model, "--regimen", "qd", "--out", folder / "out")
    curve = {float(row["dose_mg"]): row for row in read_csv(folder / "out/curve.csv")}
    result, _ = estimate(folder, data, "--model", model, "--regimen", "qd", "--dose", "5",
                         "--method", "iqae", "--half-width", "0.005", "--qubits", "16")
    low, high = result["interval"]
    off = result["discretisation"]
    assert low - off <= float(curve[5.0]["mc_upper"])
    assert high + off >= float(curve[5.0]["mc_lower"])


def test_all_methods_are_compared_with_their_slopes(folder):
    data, model = h.fit(folder, "emax", "--bootstrap", "0")
    words = ("estimate", data, "--model", model, "--regimen", "qd", "--dose", "6")
    out = h.good(*words, "--out", folder / "race")
    slopes = {line.split()[0]: float(line.split()[-1]) for line in out.splitlines() if ", slope " in line}
    assert abs(slopes["mc"] + 0.5) < 0.1 and slopes["iqae"] < -0.8 and slopes["mlae"] < -0.8, out
    assert h.check_manifest(folder / "race")["command"] == "estimate"
    assert (folder / "race/race.csv").read_text().startswith("series,queries,half_width")
    for wrong in (("--method", "mc"), ("--noise", "damping=0.01")):
        assert h.run(*words, *wrong, "--out", folder / "no")[0] == 1


def test_an_emulation_says_so_and_is_not_timed(folder):
    result, out = estimate(folder, "--table", write_table(folder), "--backend", "emulated")
    assert result["backend"] == "emulated" and result["elapsed_s"] is None
    assert "Emulated" in out


def test_noise_is_fitted_or_said(folder):
    table = write_table(folder)
    for noise, backend in (("circuit=0.02,readout=0.01:0.03", "state vector"),
                           ("depolarising=0.0005,damping=0.0005", "density matrix")):
        result, out = estimate(folder, "--table", table, "--noise", noise, "--method", "mlae",
                               "--half-width", "0.02")
        assert result["backend"] == backend and result["noisy"] is True
        assert 0 <= result["fitted_decay"] < 1 and "Noise fitted" in out
        assert result["interval"][0] <= 0.75 <= result["interval"][1]
    result, out = estimate(folder, "--table", table, "--noise", "circuit=0.1", "--max-calls",
                           "9999")
    assert result["fitted_decay"] is None and "need not hold" in out
    for words in (("--noise", "magic=1"), ("--noise", "damping"), ("--noise", "damping=2"),
                  ("--noise", "damping=0.1", "--backend", "emulated")):
        code, _, err = h.run("estimate", "--table", table, *words)
        assert code == 1 and err, words


def test_calls_are_capped(folder):
    result, out = estimate(folder, "--table", write_table(folder), "--half-width", "0.0001",
                           "--max-calls", "1000")
    assert result["terminated"] is False and result["verdict"] == "capped"
    assert result["a_calls"] <= 1000 and "Stopped" in out


def test_recorded_bits_are_named_by_their_hash(folder):
    bits = folder / "bits.bin"
    bits.write_bytes(random.Random(1).randbytes(200000))
    table = write_table(folder)
    _, out = estimate(folder, "--table", table, "--method", "qrng", "--bits", bits,
                      "--min-entropy", "0.8")
    assert h.sha256(bits) in out
    bits.write_bytes(bytes(200000))
    code, _, err = h.run("estimate", "--table", table, "--method", "qrng", "--bits", bits)
    assert code == 2 and "800-90B" in err
    bits.write_bytes(random.Random(2).randbytes(100))
    code, _, err = h.run("estimate", "--table", table, "--method", "qrng", "--bits", bits)
    assert code == 2 and "record more" in err


def test_csv_tells_the_same(folder):
    h.good("estimate", "--table", write_table(folder), "--csv", folder / "e.csv", "--json",
           folder / "e.json")
    (row,) = read_csv(folder / "e.csv")
    result = json.loads((folder / "e.json").read_text())
    h.assert_close([float(row[name]) for name in ("p", "lower", "upper")],
                   [result["estimate"], *result["interval"]])
    assert row["method"] == result["method"]
    assert int(row["a_calls"]) == result["a_calls"] and row["dose_mg"] == ""


def test_the_same_seed_is_the_same_estimate_on_any_threads(folder):
    data, model = h.fit(folder, "emax")
    found = [h.strip(estimate(folder, data, "--model", model, "--regimen", "qd", "--dose", "6",
                              "--qubits", "16", "--threads", threads)[0],
                     "elapsed_s", "tabulation_s") for threads in "14"]
    assert found[0] == found[1]


def test_wrong_words_are_refused(folder):
    table = write_table(folder)
    for words in ((), ("--table", table, "data.csv"), ("--table", table, "--method", "magic"),
                  ("--table", table, "--backend", "moon"), ("--table", table, "--shots", "-1")):
        code, _, err = h.run("estimate", *words)
        assert code == 1 and err, words
    for words in (("--half-width", "0"), ("--level", "1"), ("--qubits", "30"),
                  ("--max-calls", "0")):
        code, _, err = h.run("estimate", "--table", table, *words)
        assert code == 1 and "must" in err, (words, err)


def test_bad_tables_are_refused(folder):
    for text in ("", "w,s\n1,1\n", "weight,success\n0.5,1\n", "weight,success\n0.5,2\n0.5,1\n",
                 "weight,success\n0.5;1\n", "weight,success\n-1,1\n2,0\n", "weight,success\n"):
        code, _, err = h.run("estimate", "--table", write_table(folder, text))
        assert code == 2 and err, text
    code, _, err = h.run("estimate", "--table", folder / "none.csv")
    assert code == 2 and "none.csv" in err


if __name__ == "__main__":
    h.main()
