#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Another seed moves no dose of the real study by more than one grid step."""
import json
import os

import harness as h

STEP = {"qd": 0.5, "qw": 5.0}
SEEDS = range(1, 5)


def study():
    path = os.environ.get("QUSOP_ESTDATA")
    if not path or not os.path.isfile(path):
        raise h.Skip("QUSOP_ESTDATA names no file")
    return path


def doses(folder, seed):
    """Of every question the dose and the assured dose."""
    out = folder / str(seed)
    h.good("answer", study(), "--no-cache", "--seed", str(seed), "--out", out, "--quiet")
    return {(a["scenario"], a["regimen"], a["target"], what): a[what]
            for a in json.loads((out / "answers.json").read_text())["answers"]
            for what in ("dose_mg", "assured_dose_mg")}


def test_another_seed_stays_within_one_step(folder):
    found = [doses(folder, seed) for seed in SEEDS]
    assert len(found[0]) == 32
    far = {question: [one[question] for one in found] for question in found[0]
           if max(one[question] for one in found) - min(one[question] for one in found)
           > STEP[question[1]]}
    assert not far, far


if __name__ == "__main__":
    h.main()
