#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""explore: figures, noncompartmental analysis and tables, of the small study and the real one."""
import csv
import json
import math
import os

import harness as h


def explore(folder, data, *words):
    out = h.good("explore", data, "--out", folder / "out", "--quiet", *words)
    return out, h.check_manifest(folder / "out")


def slow_auc(points):
    """Linear up, logarithmic down, over (time, value)."""
    area = 0.0
    for (t, a), (u, b) in zip(points, points[1:]):
        area += (u - t) * ((a - b) / math.log(a / b) if 0 < b < a else (a + b) / 2)
    return area


def test_explore_writes_what_it_promises(folder):
    data = h.write_study(folder / "study.csv")
    out, manifest = explore(folder, data)
    names = {file["name"] for file in manifest["files"]}
    assert manifest["command"] == "explore" and manifest["config"]["data_sha256"] == h.sha256(data)
    assert {"nca.csv", "nca-summary.csv", "attainment.csv", "threshold-sweep.csv",
            "emax.json"} <= names
    for name in ("biomarker-linear", "biomarker-log", "concentration-linear", "concentration-log",
                 "biomarker-mean-linear", "concentration-mean-log", "attainment", "extremes-linear",
                 "threshold-sweep", "threshold-sweep-near", "dose-response-linear",
                 "covariates-linear", "biomarker-3mg-linear", "concentration-3mg-log"):
        assert (folder / f"out/{name}.png").read_bytes().startswith(b"\x89PNG"), name
        assert "<svg" in (folder / f"out/{name}.svg").read_text(encoding="utf-8"), name
    assert "concentration-0mg-log.png" not in names
    assert "CLFTAU" in out and "not for treating patients" in out


def test_nca_agrees_with_the_rows_of_the_study(folder):
    explore(folder, h.write_study(folder / "study.csv"))
    rows = [row for row in h.study_rows() if row[10] == 1]
    for line in h.table(folder / "out/nca.csv"):
        points = [(row[4] - 480, float(row[5])) for row in rows if row[0] == int(line["ID"])]
        if not points:
            assert line["CMAX"] == "" and line["NOTE"] == "no active dose"
            continue
        high = max(points, key=lambda point: point[1])
        auc = slow_auc(points)
        wanted = {"CMAX": high[1], "TMAX": high[0], "CMIN": min(v for _, v in points),
                  "CTROUGH": points[-1][1], "AUCTAU": auc, "CAVG": auc / 24,
                  "CLFTAU": float(line["DOSE"]) / auc}
        for name, value in wanted.items():
            h.assert_close(float(line[name]), value, name, 1e-8)


def test_attainment_and_sweep_are_counted(folder):
    data = h.write_study(folder / "study.csv")
    explore(folder, data, "--threshold", "4")
    h.good("check", data, "--json", folder / "check.json")
    arms = h.table(folder / "out/attainment.csv")
    sweep = h.table(folder / "out/threshold-sweep.csv")
    highest = {}
    for row in h.study_rows():
        if row[10] == 2:
            highest[row[0], row[3]] = max(highest.get((row[0], row[3]), 0), float(row[5]))
    assert [float(arm["dose_mg"]) for arm in arms] == [0, 1, 3, 10]
    for line in [{**arm, "threshold_ng_ml": 4} for arm in arms] + sweep:
        below = [value <= float(line["threshold_ng_ml"]) for (_, dose), value in highest.items()
                 if dose == float(line["dose_mg"])]
        assert int(line["attained"]) == sum(below) and int(line["n"]) == len(below), line
        assert float(line["clopper_pearson_95_lower"]) <= float(line["share"]) <= \
            float(line["clopper_pearson_95_upper"])


def test_a_study_of_one_endpoint_says_what_is_left_out(folder):
    for dvid, words, gone in ((2, "no biomarker values", "attainment.csv"),
                              (1, "no concentrations", "nca.csv")):
        rows = [row for row in h.study_rows() if row[10] != dvid]
        data, out = folder / f"{dvid}.csv", folder / f"out{dvid}"
        with open(data, "w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([h.COLUMNS, *rows])
        text = h.good("explore", data, "--out", out, "--quiet")
        assert "Left out" in text and words in text, text
        assert not (out / gone).exists()
        h.check_manifest(out)


def test_a_study_without_observations_is_refused(folder):
    rows = [row for row in h.study_rows() if row[10] == "."]
    data = folder / "doses.csv"
    with open(data, "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([h.COLUMNS, *rows])
    code, _, err = h.run("explore", data, "--out", folder / "out")
    assert code == 2 and "observations" in err, (code, err)
    assert not (folder / "out").exists()


def test_threads_never_change_a_byte(folder):
    data = h.write_study(folder / "study.csv")
    for threads in "14":
        h.good("explore", data, "--out", folder / threads, "--threads", threads, "--quiet")
    for name in ("nca.csv", "nca-summary.csv", "emax.json", "threshold-sweep.csv",
                 "dose-response-linear.svg"):
        assert (folder / "1" / name).read_bytes() == (folder / "4" / name).read_bytes(), name


def test_the_real_study(folder):
    path = os.environ.get("QUSOP_ESTDATA")
    if not path or not os.path.isfile(path):
        raise h.Skip("QUSOP_ESTDATA names no file")
    explore(folder, path)
    arms = h.table(folder / "out/attainment.csv")
    assert [(float(a["dose_mg"]), a["attained"], a["n"]) for a in arms] == [
        (0, "0", "12"), (1, "0", "12"), (3, "6", "12"), (10, "11", "12")]
    lines = [line for line in h.table(folder / "out/nca.csv") if line["CLFTAU"]]
    assert len(lines) == 36 and all(line["NOTE"] == "" for line in lines)
    # The population model says CL 0.044 L/h at 70 kg; nine tenths of steady state are reached.
    logs = [math.log(float(line["CLFTAU"]) * (70 / float(line["BW"])) ** 0.75) for line in lines]
    assert 0.040 < math.exp(sum(logs) / 36) < 0.053
    steady = sorted(float(line["SSPCT"]) for line in lines)
    assert 85 < steady[18] < 97
    half_lives = sorted(float(line["LAMZHL"]) for line in lines)
    assert 100 < half_lives[18] < 200
    emax = json.loads((folder / "out/emax.json").read_text())
    names = {p["name"]: p for p in emax["parameters"]}
    assert emax["schema"] == "qusop-emax/1" and 0.7 < names["Imax"]["estimate"] < 1
    for parameter in names.values():
        assert parameter["interval"][0] < parameter["estimate"] < parameter["interval"][1]


if __name__ == "__main__":
    h.main()
