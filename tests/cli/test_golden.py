#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The whole flow on the bundled sample gives the figures it gave before.

test_golden.py CLI --write writes them anew; look at the difference before you commit it.
"""
import json
import pathlib
import platform
import sys

import harness as h

GOLDEN = pathlib.Path(__file__).parent / "golden.json"
VOLATILE = ("elapsed_s", "version", "versions", "sha256", "model_sha256", "created")


def versions():
    """Whose exp() and log() the figures rest on: another library may differ in the last bit,
    which training makes larger."""
    return {"machine": platform.machine(), "libc": "-".join(platform.libc_ver())}


def solve(folder, model, *words):
    out = folder / f"out-{model.stem}"
    h.good("solve", h.SAMPLE, "--model", model, "--regimen", "qd", *words, "--out", out, "--quiet")
    return json.loads((out / "result.json").read_text())


def flow(folder):
    """Check, fit, solve and answer; JSON of everything that is not volatile."""
    found = {}
    h.good("check", h.SAMPLE, "--json", folder / "check.json", "--quiet")
    found["check"] = json.loads((folder / "check.json").read_text())
    for name, words in (("emax", ("--bootstrap", "20")), ("logistic", ("--bootstrap", "20")),
                        ("lstm", ("--epochs", "30", "--bootstrap", "2"))):
        model = folder / f"{name}.json"
        h.good("fit", h.SAMPLE, "--model", name, *words, "--seed", "3", "--out", model, "--quiet")
        found[name] = json.loads(model.read_text())["metrics"]
        found[name + "-solve"] = solve(folder, model)
    h.good("answer", h.SAMPLE, "--model", folder / "lstm.json", "--out", folder / "out", "--quiet")
    found["answers"] = json.loads((folder / "out/answers.json").read_text())
    return h.strip(found, *VOLATILE)


def test_flow_on_the_sample_gives_the_golden_figures(folder):
    golden = json.loads(GOLDEN.read_text())
    if golden["versions"] != versions():
        raise h.Skip(f"written with {golden['versions']}, this is {versions()}")
    h.assert_close(flow(folder), golden["flow"])


if __name__ == "__main__":
    if "--write" in sys.argv:
        import tempfile
        with tempfile.TemporaryDirectory() as name:
            content = {"versions": versions(), "flow": flow(pathlib.Path(name))}
        GOLDEN.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")
    else:
        h.main()
