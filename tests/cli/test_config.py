#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One file says everything that a run is told."""
import json

import harness as h

VOLATILE = ("elapsed_s", "created")
HEAD = "schema: qusop-config/1\n"


def results(out, name):
    return h.strip(json.loads((out / name).read_text()), *VOLATILE)


def test_a_written_configuration_gives_the_same_result(folder):
    data = h.write_study(folder / "study.csv")
    solve = ("solve", data, "--model", "emax", "--regimen", "qd", "--bw", "normal:80:10:50:120",
             "--comed", "0.3", "--threshold", "3.5", "--target", "0.8", "--window", "0:12",
             "--no-subject-effect", "--seed", "18446744073709551615", "--quiet")
    h.good(*solve, "--out", folder / "a", "--write-config", folder / "c.yaml")
    h.good("solve", "--config", folder / "c.yaml", "--out", folder / "b", "--quiet",
           "--write-config", folder / "d.yaml")
    first, second = (results(folder / name, "result.json") for name in "ab")
    assert first == second and first["seed"] == "18446744073709551615"
    assert (folder / "a/curve.csv").read_bytes() == (folder / "b/curve.csv").read_bytes()
    assert (folder / "c.yaml").read_text() == (folder / "d.yaml").read_text()


def test_answers_of_a_configuration_are_the_same(folder):
    data = h.write_study(folder / "study.csv")
    (folder / "c.yaml").write_text(HEAD + "seed: 5\ndata:\n  file: study.csv\n  sha256: "
                                   + h.sha256(data) + "\nmodel:\n  kind: emax\n  bootstrap: 7\n")
    h.good("answer", "--config", folder / "c.yaml", "--out", folder / "a", "--quiet")
    h.good("fit", data, "--model", "emax", "--bootstrap", "7", "--seed", "5", "--out",
           folder / "m.json", "--quiet")
    h.good("answer", data, "--model", folder / "m.json", "--seed", "5", "--out", folder / "b",
           "--quiet")
    first, second = (results(folder / name, "answers.json") for name in "ab")
    assert first == second and first["n_parameter_draws"] <= 7
    # What is typed counts more than what is in the file.
    h.good("answer", "--config", folder / "c.yaml", "--seed", "6", "--out", folder / "a", "--quiet")
    assert results(folder / "a", "answers.json")["seed"] == "6"


def test_settings_without_an_option_count(folder):
    h.write_study(folder / "study.csv")
    (folder / "c.yaml").write_text(HEAD + "data: {file: study.csv}\nmodel: {kind: emax}\n"
                                   "population: {subjects: 300, replicates: 4}\n"
                                   "question: {schedule: qd load=2 judge=28}\n")
    h.good("solve", "--config", folder / "c.yaml", "--regimen", "qd", "--out", folder / "a",
           "--quiet")
    assert results(folder / "a", "result.json")["n_subjects"] == 1200


def test_a_wrong_configuration_is_refused_at_its_place(folder):
    h.write_study(folder / "study.csv")
    path = folder / "c.yaml"
    for text, where, says in (
            (HEAD + "sed: 1\n", "line 2, column 1", "data, seed, model, population, question"),
            (HEAD + "seed: 1\nseed: 2\n", "line 3, column 1", "twice"),
            (HEAD + "model: {kind: emax}\nmodel: {kind: emax}\n", "line 3, column 1", "twice"),
            (HEAD + "seed: -1\n", "line 2, column 7", "2^64"),
            (HEAD + "model:\n  kind: magic\n", "line 3, column 9", "lstm"),
            (HEAD + "model:\n  epochs: 4O\n", "line 3, column 11", "whole number"),
            (HEAD + "model:\n  epochs: 2.5\n", "line 3, column 11", "whole number"),
            (HEAD + "model:\n  epochs: !!int 3\n", "line 3, column 11", "tag"),
            (HEAD + "question:\n  target: nan\n", "line 3, column 11", "number"),
            (HEAD + "question:\n  target: 90\n", "line 3, column 11", "[1e-09, 1]"),
            (HEAD + "question:\n  threshold: 3\n", "line 3, column 3", "threshold_ng_ml"),
            (HEAD + "question:\n  success: beside\n", "line 3, column 12", "below above"),
            (HEAD + "question:\n  bw_kg: 70\n", "line 3, column 10", "bw_kg"),
            (HEAD + "question:\n  schedule: often\n", "line 3, column 13", "often"),
            (HEAD + "question:\n  window_h: 5\n", "line 3, column 13", "FROM:TO"),
            (HEAD + "question: 5\n", "line 2, column 11", "a mapping"),
            (HEAD + "data:\n  file: [a, b]\n", "line 3, column 9", "one word"),
            (HEAD + "data:\n  file: *a\n", "line 3, column 9", "one word"),
            (HEAD + "data:\n  sha256: 12\n", "line 3, column 11", "64 digits"),
            (HEAD + "[" * 100000, "line 2", "not YAML"),
            (HEAD + "a: [" * 10000, "line 2", "no key"),
            ("- a\n", "line 1, column 1", "a mapping"),
            (HEAD + "seed: \"\n", "line", "not YAML"),
            ("seed: 1\n", "c.yaml", "schema"),
            ("schema: qusop-config/2\n", "line 1, column 9", "qusop-config/1"),
            (HEAD + "#" + "x" * (1 << 20), "c.yaml", "1 MiB"),
            (HEAD + "question: {regimen: qd, schedule: qd}\n", "c.yaml", "not both"),
            (HEAD + "data: {file: study.csv, sha256: " + "0" * 64 + "}\n", "study.csv", "SHA-256")):
        path.write_text(text)
        before = h.everything_in(folder)
        code, out, err = h.run("solve", "--config", path, "--model", "emax", "--regimen", "qd",
                               *([folder / "study.csv"] if "SHA" not in says else []),
                               "--out", folder / "out", "--quiet")
        assert code == 2 and where in err and says in err, (text[:80], code, err)
        assert h.everything_in(folder) == before
    code, _, err = h.run("solve", "--config", folder / "absent", "--out", folder / "out")
    assert code == 2 and "absent" in err
    path.write_text(HEAD)
    code, _, err = h.run("answer", "--config", path, "--out", folder / "out")
    assert code == 1 and "1 word" in err


if __name__ == "__main__":
    h.main()
