#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Studies of known truth, simulated, fitted and answered: is the truth found again?

Estimates have to lie within 3.5 standard errors of the truth: of some 150 parameters less than one in ten
runs would miss by chance. What the study tells well has a relative standard error (RSE, of the estimate: that
of a variance grows with it) that is small, which is asked too.
"""
import csv
import json
import math

import harness as h


class Study:
    """One named truth, and the model of its own structure, the usual one where none is given. (What a search
    drops for want of evidence would move what it keeps.)"""

    def __init__(self, folder, truth, structure=None, covariates="R0:COMED"):
        words = (("--structure", structure, "--covariates", covariates) if structure
                 else ("--structure", "usual"))
        self.folder = folder
        self.data, self.model = folder / f"{truth}.csv", folder / f"{truth}.json"
        h.good("simulate", "--truth", truth, "--out", self.data, "--quiet")
        self.truth = json.loads((folder / f"{truth}.truth.json").read_text())
        h.good("fit", self.data, "--model", "pkpd", *words, "--bootstrap", 0, "--out", self.model,
               "--quiet")
        metrics = json.loads(self.model.read_text())["metrics"]
        self.found = {metric["name"]: metric["value"] for metric in metrics}

    def recovers(self, *names, within=25.0):
        """Each by 3.5 standard errors, none of which exceeds WITHIN percent of the estimate."""
        for name in names:
            true, found = self.truth["parameters"][name], self.found[name]
            error = self.found[f"{name} SE"]
            print(f"# {name}: true {true:g}, found {found:.4g} ± {error:.2g}")
            assert abs(found - true) <= 3.5 * error, (name, true, found, error)
            scale = 1.0 if name.startswith("beta_") else abs(found)
            assert 0 < error <= within / 100 * scale, (name, error)

    def answers(self):
        out = self.folder / "answers"
        h.good("answer", self.data, "--model", self.model, "--out", out, "--quiet")
        answers = json.loads((out / "answers.json").read_text())["answers"]
        return {(a["scenario"], a["regimen"], a["target"]): a for a in answers}

    def solve(self, *words):
        question = self.truth["question"]
        out = self.folder / "solved"
        h.good("solve", self.data, "--model", self.model, "--success", question["success"],
               "--threshold", question["threshold_ng_ml"], "--out", out, "--quiet", *words)
        return json.loads((out / "result.json").read_text())

    def crossing(self, scenario="base", regimen="qd", target=0.9):
        return next(c for c in self.truth["crossings"]
                    if (c["scenario"], c["regimen"], c["target"]) == (scenario, regimen, target))

    def finds_dose(self, within=25.0, regimen="qd", *words):
        """The 90 % dose of the base population, within so many percent."""
        true = self.crossing(regimen=regimen)["crossing_mg"]
        found = self.solve("--regimen", regimen, *words)["crossing_mg"]
        print(f"# 90 % dose {regimen}: true {true:g}, found {found:.4g}")
        assert abs(math.log(found / true)) <= math.log1p(within / 100), (true, found)


DISPOSITION = ("ka", "CL", "V", "Q", "V2")
BIOMARKER = ("R0", "kout", "IC50", "Imax")
VARIANCES = ("omega2_ka", "omega2_CL", "omega2_V", "omega2_R0", "omega2_IC50")
RESIDUALS = ("sigma_pk_prop", "sigma_pd_prop")


def structure(response="turnover", compartments=2, lag="nolag", error="proportional"):
    return (f"{compartments}cpt,{response},imax=est,gamma=1,{lag},pk={error},pd={error}")


def test_an_effect_that_levels_off_is_not_reached(folder):
    """The share that any dose reaches is told instead of a dose."""
    study = Study(folder, "levels-off")
    study.recovers(*DISPOSITION, *BIOMARKER, *RESIDUALS)
    answers = study.answers()
    for scenario in ("base", "nocomed"):
        for regimen in ("qd", "qw"):
            true, found = study.crossing(scenario, regimen), answers[scenario, regimen, 0.9]
            assert true["crossing_mg"] is None and true["max_p"] < 0.9
            assert found["status"] == "not-reached" and found["dose_mg"] is None, found
            assert abs(found["max_p"] - true["max_p"]) < 0.1, (true, found)


def test_a_dose_beyond_the_studied_ones_is_flagged(folder):
    study = Study(folder, "beyond")
    study.recovers(*DISPOSITION, "R0", "kout", *RESIDUALS)
    found, true = study.answers()["base", "qd", 0.9], study.crossing()["crossing_mg"]
    highest = max(study.truth["design"]["doses_mg"])
    assert true > 1.5 * highest
    assert found["status"] == "reached"
    assert abs(math.log(found["crossing_mg"] / true)) < math.log(1.35), (true, found)
    assert found["extrapolation_dose"] == found["dose_mg"] / highest > 1.3
    assert any("studied" in warning for warning in found["warnings"]), found["warnings"]


def test_a_study_without_one_arm_is_enough(folder):
    study = Study(folder, "missing-arm")
    study.recovers(*DISPOSITION, *BIOMARKER, *RESIDUALS)
    study.recovers(*VARIANCES, within=60)
    study.finds_dose()


def test_subjects_without_concentrations_inform_the_biomarker(folder):
    study = Study(folder, "without-pk")
    study.recovers(*DISPOSITION, *BIOMARKER, *RESIDUALS)
    study.recovers(*VARIANCES, within=60)
    study.finds_dose()
    study.finds_dose(regimen="qw")


def test_one_compartment_is_found(folder):
    study = Study(folder, "one-compartment", structure=structure(compartments=1))
    study.recovers("ka", "CL", "V", *BIOMARKER, *RESIDUALS)
    study.finds_dose()


def test_a_lag_time_is_found(folder):
    study = Study(folder, "lag", structure=structure(lag="lag"))
    study.recovers("Tlag", *DISPOSITION, *BIOMARKER, *RESIDUALS)
    study.finds_dose()


def test_a_direct_effect_is_found(folder):
    study = Study(folder, "direct", structure=structure("direct"))
    study.recovers(*DISPOSITION, "R0", "IC50", "Imax", *RESIDUALS)
    study.recovers(*VARIANCES, within=60)
    study.finds_dose()
    study.finds_dose(regimen="qw")
    judged_all_day = study.crossing()["crossing_mg"]

    # Judged in the first hours after a dose alone, when concentrations are high, less is needed.
    yaml = folder / "hours.yaml"
    yaml.write_text("response: direct\nIC50: 0.8\nwindow_from_h: 2\nwindow_to_h: 8\n")
    h.good("simulate", "--truth", yaml, "--out", folder / "hours.csv", "--quiet")
    assert (folder / "hours.csv").read_bytes() == study.data.read_bytes()
    study.truth = json.loads((folder / "hours.truth.json").read_text())
    assert study.crossing()["crossing_mg"] < 0.9 * judged_all_day
    study.finds_dose(25, "qd", "--window", "2:8")


def test_what_raises_a_biomarker_is_found(folder):
    """Success lies above a threshold."""
    for truth in ("stimulates-production", "inhibits-loss"):
        study = Study(folder, truth, structure=structure(truth))
        study.recovers(*DISPOSITION, "R0", "kout", *RESIDUALS)
        study.finds_dose()
        study.finds_dose(regimen="qw")


def test_stimulated_loss_is_found(folder):
    study = Study(folder, "stimulates-loss", structure=structure("stimulates-loss"))
    study.recovers(*DISPOSITION, "R0", "kout", *RESIDUALS)
    study.finds_dose()


def test_comedication_on_clearance_is_found(folder):
    study = Study(folder, "comed-clearance", structure=structure(), covariates="CL:COMED")
    study.recovers(*DISPOSITION, *BIOMARKER, "beta_CL_COMED", *RESIDUALS)
    study.finds_dose()


def test_a_fifth_below_the_limit_does_not_bias(folder):
    study = Study(folder, "blq")
    with open(study.data) as file:
        rows = list(csv.DictReader(file))
    for endpoint in "12":
        below = [row["CENS"] == "1" for row in rows if row["DVID"] == endpoint]
        assert 0.15 < sum(below) / len(below) < 0.25
    study.recovers(*DISPOSITION, *BIOMARKER, *RESIDUALS)
    study.recovers(*VARIANCES, within=60)
    study.finds_dose()


def test_a_single_dose_tells_of_many(folder):
    study = Study(folder, "single-dose")
    study.recovers(*DISPOSITION, *BIOMARKER, *RESIDUALS)
    study.finds_dose()
    study.finds_dose(regimen="qw")


def test_additive_residuals_are_found(folder):
    study = Study(folder, "additive", structure=structure(error="additive"))
    study.recovers(*DISPOSITION, *BIOMARKER, "sigma_pk_add", "sigma_pd_add")
    study.finds_dose()


def test_combined_residuals_are_found(folder):
    study = Study(folder, "combined", structure=structure(error="combined"))
    study.recovers(*DISPOSITION, *BIOMARKER, "sigma_pk_add", "sigma_pd_add", *RESIDUALS)
    study.finds_dose()


if __name__ == "__main__":
    h.main()
