#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The dose as a cost of bit strings: scan, annealing, QAOA."""
import csv
import json

import harness as h


def test_annealing_and_scan_find_the_dose_of_solve(folder):
    data, model = h.fit(folder, "emax")
    h.good("solve", data, "--model", model, "--regimen", "qd", "--out", folder / "out")
    dose = json.loads((folder / "out/result.json").read_text())["dose_mg"]
    out = h.good("search", data, "--model", model, "--regimen", "qd", "--json",
                 folder / "s.json", "--csv", folder / "s.csv")
    found = json.loads((folder / "s.json").read_text())
    assert found["schema"] == "qusop-search/1" and found["scan"]["reached"] is True
    assert found["scan"]["doses_mg"] == [dose]
    assert found["annealing"]["doses_mg"] == [dose] and found["annealing"]["is_the_answer"]
    assert 0 < found["qaoa"]["share_per_shot"] < 1 and found["codes"] == 128
    assert "The scan is the answer" in out

    with open(folder / "s.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 128 and rows[-1]["dose_mg"] == ""
    cheapest = min(rows, key=lambda row: float(row["cost_mg_per_week"]))
    assert float(cheapest["dose_mg"]) == dose


def test_wrong_words_are_refused(folder):
    data, model = h.fit(folder, "emax")
    for words in (("--regimen", "daily"), (), ("--regimen", "qd", "--layers", "0"),
                  ("--regimen", "qd", "--layers", "99"), ("--regimen", "qd", "--target", "2")):
        code, _, err = h.run("search", data, "--model", model, *words)
        assert code == 1 and err, words


if __name__ == "__main__":
    h.main()
