#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The real study, where it is at hand: $QUSOP_ESTDATA."""
import json
import os

import harness as h

STEP = {"qd": 0.5, "qw": 5.0}


def study():
    path = os.environ.get("QUSOP_ESTDATA")
    if not path or not os.path.isfile(path):
        raise h.Skip("QUSOP_ESTDATA names no file")
    return path


def test_check_shows_the_known_figures(folder):
    h.good("check", study(), "--json", folder / "check.json")
    report = json.loads((folder / "check.json").read_text())
    assert report["rows"] == 2820 and report["subjects"] == 48
    assert report["observations"] == {"pk": 864, "pd": 1200}
    assert report["last_dosing_window_h"] == [480.0, 504.0]
    assert report["attainment"] == [
        {"dose_mg": 0.0, "n": 12, "attained": 0}, {"dose_mg": 1.0, "n": 12, "attained": 0},
        {"dose_mg": 3.0, "n": 12, "attained": 6}, {"dose_mg": 10.0, "n": 12, "attained": 11}]
    assert "fatal" not in {finding["severity"] for finding in report["findings"]}


def check_one(answer, highest=30.0):
    """What must hold for every daily answer by itself."""
    dose, step = answer["dose_mg"], STEP[answer["regimen"]]
    assert answer["status"] == "reached", answer
    assert dose % step == 0 and 1.0 < dose < highest, answer
    assert dose - step < answer["crossing_mg"] <= dose, answer
    assert answer["p_at_dose"] >= answer["target"] > answer["p_below"], answer
    low, high = answer["band_at_dose"]
    assert low <= answer["p_at_dose"] <= high, answer
    assert answer["interval_mg"][0] < answer["crossing_mg"], answer
    assert answer["interval_mg"][1] is None or answer["interval_mg"][1] > answer["crossing_mg"]
    assert answer["assured_dose_mg"] is None or answer["assured_dose_mg"] >= dose, answer
    assert answer["max_p"] >= answer["p_at_dose"]
    factors = [answer["extrapolation_" + of] for of in ("dose", "cmax", "auc")]
    assert abs(factors[0] - dose / 10.0) < 1e-12
    assert answer["extrapolation"] == max(f for f in factors if f is not None)


def check_together(daily):
    """The invariants between the answers."""
    for scenario in ("base", "heavy", "nocomed", "heavy_nocomed"):
        assert daily[scenario, 0.75]["dose_mg"] <= daily[scenario, 0.9]["dose_mg"]
    for target in (0.9, 0.75):
        assert daily["heavy", target]["dose_mg"] >= daily["base", target]["dose_mg"]
        # Co-medication lowers the biomarker in this study.
        assert daily["nocomed", target]["dose_mg"] >= daily["base", target]["dose_mg"]


def check_weekly(answers):
    """Weekly doses from daily data: reached, and never less than seven daily ones."""
    crossing = {(a["scenario"], a["target"], a["regimen"]): a["crossing_mg"] for a in answers}
    for scenario, target, regimen in crossing:
        assert crossing[scenario, target, "qw"] >= 7 * crossing[scenario, target, "qd"]
    for answer in answers:
        if answer["regimen"] == "qw":
            check_one(answer, highest=200.0)


def check_answers(folder, *words, weekly=False):
    h.good("answer", study(), *words, "--out", folder / "out", "--quiet")
    h.check_manifest(folder / "out")
    answers = json.loads((folder / "out/answers.json").read_text())["answers"]
    daily = {(a["scenario"], a["target"]): a for a in answers if a["regimen"] == "qd"}
    assert len(daily) == 8
    for answer in daily.values():
        check_one(answer)
    check_together(daily)
    if weekly:
        check_weekly(answers)
    else:
        assert {a["status"] for a in answers if a["regimen"] == "qw"} == {"refused"}
    return daily


def test_pkpd_answers_hold_their_invariants(folder):
    model = folder / "m.json"
    said = h.good("fit", study(), "--model", "pkpd", "--out", model, "--quiet")
    assert "*two compartments, turnover, Imax estimated" in said, said
    daily = check_answers(folder, "--model", model, weekly=True)
    assert 5.0 <= daily["base", 0.9]["dose_mg"] <= 7.0
    assert 7.0 <= daily["base", 0.9]["assured_dose_mg"] + 1.0 <= 9.0
    metrics = {m["name"]: m["value"] for m in json.loads(model.read_text())["metrics"]}
    # The usual structure has 1164.9 with as many parameters.
    assert abs(metrics["-2LL"] - 1142.1) < 3.0
    assert abs(metrics["CL"] - 0.0437) < 0.002 and metrics["CL RSE"] < 10.0


def test_emax_answers_hold_their_invariants(folder):
    daily = check_answers(folder, "--model", "emax")
    # Half of the 3 mg arm attains, eleven of twelve at 10 mg.
    assert 3.0 < daily["base", 0.75]["dose_mg"] < daily["base", 0.9]["dose_mg"] < 10.0


def test_the_published_pipeline_gives_its_printed_figures(folder):
    out = h.good("reproduce", study(), "--networks", "0", "--model", "emax", "--out",
                 folder / "out", "--quiet")
    h.check_manifest(folder / "out")
    report = json.loads((folder / "out/reproduce.json").read_text())
    logistic = report["logistic"]
    assert abs(logistic["d60"] - 12.04) < 0.05 and abs(logistic["d90"] - 19.22) < 0.08
    assert abs(logistic["d90_mean_curve"] - 19.02) < 0.08
    assert abs(logistic["d75_mean_curve"] - 14.27) < 0.05
    assert report["as_published"]["window_h"] == [1008.0, 1176.0]
    assert report["as_published"]["attained"] == 1
    assert report["last_dosing_window"]["attained"] == 17
    # The study's own answer asks for a third of it.
    assert report["answers"][0]["dose_mg"] < 0.5 * logistic["d90"]
    assert "1008–1176 h" in out and "washing out" in out


def split_by_dose(folder, dose):
    """The study without an arm, and that arm alone."""
    with open(study(), newline="", encoding="utf-8") as file:
        header, *lines = file.read().splitlines()
    column = header.split(",").index("DOSE")
    for name, wanted in (("kept", False), ("held", True)):
        rows = [line for line in lines if (float(line.split(",")[column]) == dose) == wanted]
        (folder / f"{name}.csv").write_text("\n".join([header, *rows]) + "\n")
    return folder / "kept.csv", folder / "held.csv"


def test_an_arm_left_out_is_predicted(folder):
    kept, held = split_by_dose(folder, 10.0)
    model = folder / "model.json"
    h.good("fit", kept, "--model", "pkpd", "--structure", "usual", "--bootstrap", "12", "--out", model, "--quiet")
    # Without the word, data that are not the model's are refused.
    code, _, err = h.run("diagnose", held, "--model", model, "--out", folder / "no")
    assert code == 2 and "other data" in err, (code, err)
    h.good("diagnose", held, "--model", model, "--external", "--uncertainty",
           "--simulations", "500", "--out", folder / "out", "--quiet")
    assert h.check_manifest(folder / "out")["config"]["external"] == "yes"
    (arm,) = h.table(folder / "out/attainment-check.csv")
    assert (arm["dose_mg"], arm["n"], arm["observed"]) == ("10", "12", "11"), arm
    assert float(arm["predicted_lower"]) <= 11 <= float(arm["predicted_upper"]), arm
    (point, group) = h.table(folder / "out/calibration.csv")
    assert (point["group"], point["dose_mg"], point["n"]) == ("arm", "10", "12"), point
    assert (group["group"], group["dose_mg"], group["n"]) == ("probability", "", "12"), group
    h.assert_close(float(point["observed"]), 11 / 12, point, 1e-9)
    assert float(point["observed_lower"]) <= float(point["predicted"]), point
    assert float(point["predicted"]) <= float(point["observed_upper"]), point
    window = [line for line in h.table(folder / "out/vpc.csv")
              if line["endpoint"] == "pd" and line["corrected"] == "0" and
              line["percentile"] != "blq" and 480 <= float(line["bin_time_h"]) <= 504]
    assert len(window) >= 21
    for line in window:
        low, high = float(line["simulated_lower"]), float(line["simulated_upper"])
        assert low <= float(line["observed"]) <= high, line


def test_lstm_answers_hold_their_invariants(folder):
    h.good("fit", study(), "--model", "lstm", "--bootstrap", "4", "--out", folder / "m.json",
           "--quiet")
    daily = check_answers(folder, "--model", folder / "m.json")
    assert 3.0 < daily["base", 0.75]["dose_mg"] < 10.0


if __name__ == "__main__":
    h.main()
