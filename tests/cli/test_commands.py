#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Each command does what it promises."""
import csv
import json
import re
import shutil

import harness as h


def test_help_and_version_everywhere(folder):
    assert "Usage" in h.good("--help")
    assert h.good("--version").startswith("qusop-cli 0.")
    for command in "check explore fit diagnose compare solve answer estimate reproduce simulate translate verify validate bench".split():
        text = h.good(command, "--help")
        for option in "--threads --seed --quiet --progress --map --version".split():
            assert option in text, (command, option)
        assert h.good(command, "--version") == h.good("--version")


def test_validate_checks_this_installation(folder):
    out = h.good("validate", "--out", folder / "out", "--quiet")
    assert "All checks passed" in out and "FAIL" not in out
    report = json.loads((folder / "out/validation.json").read_text())
    assert report["schema"] == "qusop-validation/1" and report["passed"]
    assert len(report["checks"]) >= 15 and all(check["passed"] for check in report["checks"])
    assert (folder / "out/validation.txt").read_text() == out
    h.good("verify", folder / "out")
    # A folder that everybody may write to is named.
    cache = folder / "cache/qusop"
    cache.chmod(0o777)
    code, out, err = h.run("validate", "--quiet")
    assert code == 3 and "FAIL  folder of remembered models" in out, (code, out, err)


def test_check_reports_findings_inventory_and_attainment(folder):
    data = h.write_study(folder / "study.csv")
    out = h.good("check", data, "--json", folder / "check.json")
    report = json.loads((folder / "check.json").read_text())
    rows = h.study_rows()
    assert report["schema"] == "qusop-check/1"
    assert report["data_sha256"] == h.sha256(data)
    assert report["rows"] == len(rows) and report["subjects"] == 16
    assert report["observations"] == {"pk": sum(row[10] == 1 for row in rows),
                                      "pd": sum(row[10] == 2 for row in rows)}
    assert report["last_dosing_window_h"] == [480.0, 504.0]
    for arm in report["attainment"]:
        highest = {}
        for row in rows:
            if row[3] == arm["dose_mg"] and row[10] == 2:
                highest[row[0]] = max(highest.get(row[0], 0), float(row[5]))
        assert arm["n"] == len(highest) == 4
        assert arm["attained"] == sum(value <= 3.3 for value in highest.values())
    assert "fatal" not in {finding["severity"] for finding in report["findings"]}
    assert "480–504 h" in out


def test_reproduce_shows_the_published_pipeline_beside_the_own_answer(folder):
    out = h.good("reproduce", h.SAMPLE, "--networks", "1", "--epochs", "5", "--replicates", "20",
                 "--model", "emax", "--out", folder / "out", "--quiet")
    h.check_manifest(folder / "out")
    report = json.loads((folder / "out/reproduce.json").read_text())
    assert report["schema"] == "qusop-reproduce/1" and report["data_sha256"] == h.sha256(h.SAMPLE)
    for name in ("as_published", "last_dosing_window"):
        assert report[name]["n"] == 48
        assert [n["regimen"] for n in report[name]["networks"]] == ["qd", "qw"]
    # Nobody succeeds in washout, so there is nothing to learn, and that is said.
    assert report["as_published"]["attained"] == 0 and report["logistic"]["d90"] is None
    assert any("nothing to learn" in reason for reason in report["why_it_is_not_advice"])
    assert all(reason in out for reason in report["why_it_is_not_advice"])
    curve = [row for row in h.table(folder / "out/curves.csv")
             if (row["window"], row["model"]) == ("last dose", "logistic")]
    assert len(curve) == 200 and curve[0]["dose_mg"] == "0.5"
    shares = [float(row["p"]) for row in curve]
    assert shares == sorted(shares) and shares[-1] == 1.0
    labels = (folder / "out/labels.csv").read_text()
    assert "washout" in labels and "last dosing interval" in labels


def test_compare_predicts_subjects_that_no_fit_has_seen(folder):
    out = h.good("compare", h.SAMPLE, "--models", "emax", "--folds", "2", "--simulations", "20",
                 "--epochs", "20", "--out", folder / "out", "--quiet")
    h.check_manifest(folder / "out")
    report = json.loads((folder / "out/compare.json").read_text())
    assert report["schema"] == "qusop-compare/1" and report["data_sha256"] == h.sha256(h.SAMPLE)
    assert sorted(report["folds"].values()) == [0] * 24 + [1] * 24
    rows = {row["name"]: row for row in h.table(folder / "out/compare.csv")}
    assert list(rows) == ["group mean", "regression", "pkpd", "pkpd population", "emax"]
    points = [row for row in h.table(folder / "out/predictions.csv") if row["after_dose_h"]]
    for entry in report["contestants"]:
        misses = [float(p["observed_ng_ml"]) - float(p[entry["name"] + "_ng_ml"]) for p in points]
        rmse = (sum(m * m for m in misses) / len(misses)) ** 0.5
        assert abs(entry["last_dosing_interval"]["rmse_ng_ml"] - rmse) < 1e-9 * rmse
        assert sum(b["n"] for b in entry["attainment"]["reliability"]) == 48
        for bins in entry["attainment"]["reliability_by_bins"].values():
            assert sum(b["n"] for b in bins) == 48
        assert entry["name"] in out
    # A study with concentrations and 48 subjects tells who will attain.
    assert float(rows["pkpd"]["auc"]) > 0.9
    code, _, err = h.run("compare", h.SAMPLE, "--models", "logistic", "--out", folder / "no")
    assert code == 1 and "logistic" in err


def test_a_network_on_exposure_answers_weekly_doses_and_titration(folder):
    data, model = h.fit(folder, "lstm", "--input", "exposure", "--structure", "usual",
                        "--epochs", "10", "--bootstrap", "2")
    assert json.loads(model.read_text())["input"] == "exposure"
    for question in (("--regimen", "qw"), ("--schedule", "qd titrate=0.5x4 judge=10")):
        h.good("solve", data, "--model", model, *question, "--out", folder / "out", "--quiet")
        result = json.loads((folder / "out/result.json").read_text())
        assert result["status"] in ("reached", "not-reached") and result["model"] == "lstm"


def test_map_renames_columns(folder):
    data = h.write_study(folder / "study.csv")
    data.write_text(data.read_text().replace("ID,BW,", "ID,KILOS,", 1))
    h.good("check", data, "--map", "BW=KILOS")
    h.good("fit", data, "--map", "BW=KILOS", "--model", "emax", "--bootstrap", "3", "--out",
           folder / "m.json")


def test_fit_writes_a_model_that_answers(folder):
    data, model = h.fit(folder, "emax", "--bootstrap", "50")
    content = json.loads(model.read_text())
    assert content["schema"] == "qusop-model/1" and content["model"] == "emax"
    assert content["data_sha256"] == h.sha256(data) and content["seed"] == "1"
    assert content["settings"]["bootstrap"] == 50 and 0 < len(content["draws"]) <= 50
    h.good("solve", data, "--model", model, "--regimen", "qd", "--out", folder / "out")
    result = json.loads((folder / "out/result.json").read_text())
    assert result["model_sha256"] == content["sha256"]


def test_a_population_model_is_remembered(folder):
    data, model = h.fit(folder, "pkpd", "--bootstrap", "0")
    first = model.read_bytes()
    words = ("fit", data, "--model", "pkpd", "--structure", "usual", "--bootstrap", "0", "--out",
             model, "--quiet")
    (entry,) = (folder / "cache/qusop/models").iterdir()
    for extra, says in (((), "Remembered"), (("--no-cache",), "")):
        code, _, err = h.run(*words, *extra)
        assert code == 0 and says in err and ("Remembered" in err) == (extra == ()), err
        again = [h.strip(json.loads(text), "elapsed_s") for text in (first, model.read_bytes())]
        assert again[0] == again[1]
    entry.write_bytes(entry.read_bytes()[:-40])
    code, _, err = h.run(*words)
    assert code == 0 and "of no use" in err and entry.name in err, err
    code, _, err = h.run(*words)
    assert code == 0 and "Remembered" in err, err
    # What it says can be said in another language; its own reader is in the engine's tests.
    for language, word in (("nonmem", "$DES"), ("rxode2", "d/dt(central)")):
        code = h.good("translate", model, "--to", language)
        assert word in code and code.isascii()
        h.good("translate", model, "--to", language, "--out", folder / "code")
        assert (folder / "code").read_text() == code
    # A study that was edited is another one.
    data.write_text(data.read_text().replace(",52,", ",53,"))
    code, _, err = h.run(*words)
    assert code == 0 and err == "" and len(list(entry.parent.iterdir())) == 2, err


def test_fit_bootstraps_subjects_on_request(folder):
    data, model = h.fit(folder, "pkpd", "--uncertainty", "bootstrap", "--bootstrap", "2")
    content = json.loads(model.read_text())
    assert content["settings"]["uncertainty"] == "bootstrap" and len(content["draws"]) == 2
    assert "2 studies of resampled subjects" in content["uncertainty"]
    errors = [m["value"] for m in content["metrics"] if m["name"].endswith(" SE")]
    assert errors and all(error > 0 for error in errors)
    h.good("solve", data, "--model", model, "--regimen", "qd", "--out", folder / "out")


def test_a_saved_model_answers_as_a_fresh_one(folder):
    data, model = h.fit(folder, "emax")
    h.good("answer", data, "--model", model, "--out", folder / "a", "--quiet")
    h.good("answer", data, "--model", "emax", "--out", folder / "b", "--quiet")
    for name in ("answers.csv", "curves.csv", "report.html", "report.pdf"):
        assert (folder / "a" / name).read_bytes() == (folder / "b" / name).read_bytes(), name
    # What a reviewer looks for.
    report = (folder / "a/report.html").read_text()
    for part in ("Question of interest", "Context of use", "Answers", "Warnings", "Populations",
                 "Dose–success curves", "Scenarios and sensitivity", "Agreement between models",
                 "Data", "Findings", "Summary of NCA PK parameters", "Model", "Diagnostics",
                 "Quantum methods and their baselines", "Iterative amplitude estimation",
                 "Settings and fingerprints", "Software and hardware", "Limits, in plain words",
                 "Sign-off"):
        assert part in report, part
    assert "http" not in report.replace("http://www.w3.org", "")
    answers = [h.strip(json.loads((folder / x / "answers.json").read_text()), "elapsed_s")
               for x in "ab"]
    assert answers[0] == answers[1]


def test_threads_never_change_a_byte(folder):
    data = h.write_study(folder / "study.csv")
    results = []
    for threads in "128":
        out, model = folder / f"out{threads}", folder / f"m{threads}.json"
        h.good("fit", data, "--model", "lstm", *h.TINY, "--threads", threads, "--out", model,
               "--quiet")
        h.good("answer", data, "--model", model, "--threads", threads, "--out", out, "--quiet")
        results.append([h.strip(json.loads(model.read_text()), "elapsed_s"),
                        h.strip(json.loads((out / "answers.json").read_text()), "elapsed_s"),
                        (out / "answers.csv").read_bytes(), (out / "curves.csv").read_bytes()])
    assert results[0] == results[1] == results[2]


def test_another_seed_is_another_model(folder):
    _, model = h.fit(folder, "lstm", *h.TINY)
    first = json.loads(model.read_text())
    h.fit(folder, "lstm", *h.TINY, "--seed", "18446744073709551615")
    second = json.loads(model.read_text())
    assert first["sha256"] != second["sha256"]
    assert first["seed"] == "1" and second["seed"] == "18446744073709551615"


def test_solve_writes_what_it_promises(folder):
    data, model = h.fit(folder, "emax")
    out = h.good("solve", data, "--model", model, "--regimen", "qd", "--bw",
                 "lognormal:80:0.2:40:150", "--comed", "0.25", "--threshold", "4", "--target",
                 "0.8", "--interval", "24", "--window", "0:24", "--out", folder / "out")
    assert "not for treating patients" in out
    assert h.check_manifest(folder / "out")["command"] == "solve"
    result = json.loads((folder / "out/result.json").read_text())
    assert result["schema"] == "qusop-result/1" and result["threshold_ng_ml"] == 4.0
    assert result["settings"]["bw"] == "lognormal:80:0.2:40:150"
    with open(folder / "out/curve.csv") as file:
        curve = list(csv.DictReader(file))
    assert list(curve[0])[:8] == "scenario regimen dose_mg p lower upper mc_lower mc_upper".split()
    at_dose = [row for row in curve if float(row["dose_mg"]) == result["dose_mg"]]
    assert abs(float(at_dose[0]["p"]) - result["p_at_dose"]) < 1e-12
    assert (folder / "out/curve.png").read_bytes().startswith(b"\x89PNG")


def test_solve_draws_patients_until_the_dose_is_precise(folder):
    data, model = h.fit(folder, "emax", "--bootstrap", "3")

    def solve(name, *words):
        out = h.good("solve", data, "--model", model, "--regimen", "qd", *words, "--out", folder / name)
        assert "decision-grade" in out, out
        return json.loads((folder / name / "result.json").read_text())

    first = solve("first")
    wanted = 0.8 * first["mc_error_mg"]
    more = solve("more", "--max-patients", "2000000", "--mc-error", str(wanted))
    assert first["decision_grade"] and more["decision_grade"]
    assert more["mc_error_mg"] <= wanted and first["n_subjects"] < more["n_subjects"] <= 2000000, more
    for words in (("--mc-error", "0.1"), ("--max-patients", "-1"), ("--max-patients", "10000001")):
        code, _, err = h.run("solve", data, "--model", model, "--regimen", "qd", *words, "--out", folder / "no")
        assert code == 1, (words, err)


def test_priors_of_the_study_and_of_a_file(folder):
    data, model = h.fit(folder, "emax")
    weights = folder / "weights.csv"
    weights.write_text("BW\n" + "\n".join(str(50 + i) for i in range(60)) + "\n")
    doses = []
    for i, prior in enumerate(("data", f"file:{weights}", "uniform:50:110")):
        h.good("solve", data, "--model", model, "--regimen", "qd", "--bw", prior, "--out",
               folder / f"o{i}", "--quiet")
        doses.append(json.loads((folder / f"o{i}/result.json").read_text())["crossing_mg"])
    assert all(dose > 0 for dose in doses) and len(set(doses)) == 3, doses
    weights.write_text("BW\n70\nheavy\n")
    code, _, err = h.run("solve", data, "--model", model, "--regimen", "qd", "--bw",
                         f"file:{weights}", "--out", folder / "no")
    assert code == 2 and "row 3" in err and "heavy" in err and not (folder / "no").exists()


def width(path):
    """From one success in ten to nine in ten: the ratio of the doses."""
    with open(path) as file:
        curve = [(float(row["dose_mg"]), float(row["p"])) for row in csv.DictReader(file)]
    return next(d for d, p in curve if p >= 0.9) / next(d for d, p in curve if p >= 0.1)


def test_without_the_subject_effect_the_curve_is_steeper(folder):
    data, model = h.fit(folder, "emax")
    for name, words in (("with", ()), ("without", ("--no-subject-effect",))):
        h.good("solve", data, "--model", model, "--regimen", "qd", *words, "--out", folder / name)
    assert width(folder / "without/curve.csv") < 0.9 * width(folder / "with/curve.csv")
    result = json.loads((folder / "without/result.json").read_text())
    assert result["subject_effect"] is False
    assert any("subject" in warning for warning in result["warnings"]), result["warnings"]


def ask_schedules(folder, data, model, daily_mg):
    """What is missed costs dose; a dose per kg is named so; what is no schedule is refused."""
    result = {}
    for name, text in (("missed", "qd miss=1"), ("kg", "qd mg/kg")):
        h.good("solve", data, "--model", model, "--schedule", text, "--out", folder / name)
        result[name] = json.loads((folder / name / "result.json").read_text())
        assert h.check_manifest(folder / name)["config"]["regimen"] == result[name]["regimen"]
    assert result["missed"]["regimen"] == "qd miss=1 judge=1-2"
    assert result["missed"]["settings"]["judged_intervals"] == [1, 2]
    assert result["missed"]["crossing_mg"] > daily_mg
    per_kg = result["kg"]["crossing_mg_per_kg"]
    assert "crossing_mg" not in result["kg"] and 50 < daily_mg / per_kg < 100
    assert h.table(folder / "kg/curve.csv")[0]["dose_mg_per_kg"] == "0.01"
    for words, problem in ((("--schedule", "qd load=2"), "judge="),
                           (("--schedule", "qd", "--regimen", "qd"), "leave one out"),
                           (("--schedule", "qd mis=1"), 'character 4 ("mis=1")')):
        code, _, err = h.run("solve", data, "--model", model, *words, "--out", folder / "no")
        assert code == 1 and problem in err, err
    code, _, err = h.run("solve", data, "--model", "emax", "--schedule", "qd mg/kg", "--out",
                         folder / "no")
    assert code == 2 and "pkpd" in err and not (folder / "no").exists(), err


def test_success_on_observed_values_needs_more(folder):
    """Residual error takes some of the looks above the threshold."""
    data, model = h.fit(folder, "pkpd", "--bootstrap", "0")
    result = {}
    for name in ("true", "observed"):
        h.good("solve", data, "--model", model, "--regimen", "qd", "--success-on", name, "--out",
               folder / name)
        result[name] = json.loads((folder / name / "result.json").read_text())
        assert h.check_manifest(folder / name)["config"]["success_on"] == name
        assert result[name]["success"] == f"{name} biomarker"
    h.good("solve", data, "--model", model, "--regimen", "qd", "--out", folder / "default")
    usual = json.loads((folder / "default/result.json").read_text())
    assert usual["crossing_mg"] == result["true"]["crossing_mg"]
    ask_schedules(folder, data, model, usual["crossing_mg"])
    assert result["observed"]["crossing_mg"] > 1.02 * result["true"]["crossing_mg"]

    h.good("answer", data, "--model", model, "--success-on", "observed", "--out", folder / "all")
    answers = json.loads((folder / "all/answers.json").read_text())
    assert answers["success"] == "observed biomarker"


def test_answer_writes_what_it_promises(folder):
    data, model = h.fit(folder, "lstm", *h.TINY)
    out = h.good("answer", data, "--model", model, "--out", folder / "out")
    assert "not for treating patients" in out
    names = {file["name"] for file in h.check_manifest(folder / "out")["files"]}
    curves = {f"curve-{scenario}-qd.{ending}" for ending in ("png", "svg")
              for scenario in ("base", "heavy", "nocomed", "heavy_nocomed")}
    assert names >= curves | {"answers.json", "answers.csv", "curves.csv", "report.html",
                              "report.pdf"}, names
    assert (folder / "out/report.pdf").read_bytes().startswith(b"%PDF")
    answers = json.loads((folder / "out/answers.json").read_text())["answers"]
    keys = {(a["scenario"], a["regimen"], a["target"]) for a in answers}
    assert len(answers) == 16
    assert keys == {(s, r, t) for s in ("base", "heavy", "nocomed", "heavy_nocomed")
                    for r in ("qd", "qw") for t in (0.9, 0.75)}
    for answer in answers:
        if answer["regimen"] == "qw":
            assert answer["status"] == "refused" and answer["warnings"], answer
            assert answer["dose_mg"] is None and answer["crossing_mg"] is None
            assert answer["warnings"][0] in out
        else:
            assert answer["status"] in ("reached", "not-reached")
            assert answer["dose_mg"] is None or answer["dose_mg"] % 0.5 == 0


def test_the_report_is_of_the_chosen_sections(folder):
    data, model = h.fit(folder, "emax", "--bootstrap", "20")
    words = ("answer", data, "--model", model, "--quiet", "--out")
    h.good(*words, folder / "page", "--template", "summary")
    html = (folder / "page/report.html").read_text()
    assert '<body class="draft">' in html and "draft, not signed" in html
    assert re.findall("<h2>(.*?)</h2>", html) == ["Summary", "Sign-off"]
    assert b"/Count 1\n" in (folder / "page/report.pdf").read_bytes()
    signed = "author:Jane <Doe>:2026-01-31:I wrote it: all"
    h.good(*words, folder / "final", "--final", "--signed", signed, "--sections",
           "limits, answers,sign-off")
    html = (folder / "final/report.html").read_text()
    assert "<body>" in html and "; final</p>" in html and "Final. Whether" in html
    assert re.findall("<h2>(.*?)</h2>", html) == ["Limits, in plain words", "Answers", "Sign-off"]
    assert "Jane &lt;Doe&gt;" in html and ">2026-01-31<" in html and "I wrote it: all" in html
    for wrong, says in ((("--final",), "signed, or it is a draft"),
                        (("--sections", "answers,answers"), "each once"),
                        (("--sections", "answers,magic"), "magic"),
                        (("--signed", "boss:a:b:c"), "author, reviewer or approver"),
                        (("--signed", "author:a::c"), "ROLE:NAME:DATE:REASON")):
        code, _, err = h.run(*words, folder / "no", *wrong)
        assert code in (1, 2) and says in err, (wrong, code, err)
        assert not (folder / "no").exists()


def dump(folder, page):
    """What Chromium, offline, makes of a page, and what it has to say of it."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        raise h.Skip("chromium is absent")
    done = h.subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         f"--user-data-dir={folder}/browser", "--host-resolver-rules=MAP * ~NOTFOUND",
         "--enable-logging=stderr", "--log-level=0", "--dump-dom", page.as_uri()],
        capture_output=True, timeout=120)
    said = done.stderr.decode(errors="replace").splitlines()
    return done.stdout.decode(), [line for line in said if "CONSOLE" in line]


def test_the_report_opens_in_a_browser_offline(folder):
    data, model = h.fit(folder, "emax", "--bootstrap", "5")
    h.good("answer", data, "--model", model, "--quiet", "--out", folder / "out")
    page = folder / "out/report.html"
    text = page.read_text()
    dom, said = dump(folder, page)
    assert not said, said
    assert dom.count("<svg ") == text.count("<svg ") > 8
    assert re.findall("<h2>(.*?)</h2>", dom) == re.findall("<h2>(.*?)</h2>", text)
    # It would have said so.
    page.write_text(text.replace("</body>", "<script>nothing()</script></body>"))
    assert dump(folder, page)[1]


def test_answer_leaves_out_comed_where_the_study_has_none(folder):
    data = folder / "study.csv"
    with open(data, "w", newline="") as file:
        writer = csv.writer(file)
        for row in [h.COLUMNS, *h.study_rows()]:
            writer.writerow(row[:2] + row[3:])
    h.good("answer", data, "--model", "emax", "--out", folder / "out", "--quiet")
    answers = json.loads((folder / "out/answers.json").read_text())["answers"]
    assert {a["scenario"] for a in answers} == {"base", "heavy"} and len(answers) == 8


def test_out_may_be_a_folder_with_older_files(folder):
    data, model = h.fit(folder, "emax")
    for _ in range(2):
        h.good("solve", data, "--model", model, "--regimen", "qd", "--out", folder / "deep/out")
        h.check_manifest(folder / "deep/out")
    assert h.everything_in(folder / "deep") == [
        "out", "out/curve.csv", "out/curve.parquet", "out/curve.png", "out/manifest.json",
        "out/result.json"]


def test_simulate_makes_a_study_with_known_truth(folder):
    for name in ("a", "b"):
        h.good("simulate", "--truth", "default", "--seed", "5", "--out", folder / f"{name}.csv")
    assert (folder / "a.csv").read_bytes() == (folder / "b.csv").read_bytes()
    json.loads((folder / "a.truth.json").read_text())
    h.good("check", folder / "a.csv")
    h.good("simulate", "--seed", "6", "--out", folder / "c.csv")
    assert (folder / "a.csv").read_bytes() != (folder / "c.csv").read_bytes()


def test_bench_prints_and_writes_its_figures(folder):
    data = h.write_study(folder / "study.csv")
    out = h.good("bench", "--only", "csv", "--data", data, "--json", folder / "bench.json",
                 "--csv", folder / "bench.csv")
    figures = json.loads((folder / "bench.json").read_text())
    assert len(figures) == 1 and "csv" in out
    assert set(figures[0]) == {"name", "value", "unit", "lower_is_better", "n", "threads",
                               "context"}
    assert figures[0]["n"] == 100000 and figures[0]["value"] > 0 and figures[0]["unit"] == "ms"
    with open(folder / "bench.csv", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["name"] == "csv" and row["context"] == figures[0]["context"]
    h.assert_close(float(row["value"]), figures[0]["value"], tolerance=1e-8)


def test_progress_as_json_lines(folder):
    data = h.write_study(folder / "study.csv")
    code, _, err = h.run("fit", data, "--model", "lstm", *h.TINY, "--out", folder / "m.json",
                         "--progress=json")
    events = [json.loads(line) for line in err.splitlines()]
    assert code == 0 and {"train", "bootstrap"} <= {event["stage"] for event in events}
    assert any(event.get("curve") == "train-loss" for event in events)
    assert all(0 <= event["fraction"] <= 1 for event in events)


def test_quiet_is_quiet(folder):
    data = h.write_study(folder / "study.csv")
    assert h.run("fit", data, "--model", "emax", "--out", folder / "m.json", "--quiet")[2] == ""


if __name__ == "__main__":
    h.main()
