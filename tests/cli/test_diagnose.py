#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""diagnose: residuals, individual estimates, predictive checks and figures of a model."""
import harness as h


def diagnose(folder, out, data, model, *words):
    text = h.good("diagnose", data, "--model", model, "--out", folder / out, "--quiet", *words)
    return text, h.check_manifest(folder / out)


def test_a_population_model_gets_all_of_it(folder):
    data, model = h.fit(folder, "pkpd", "--bootstrap", "0")
    text, manifest = diagnose(folder, "out", data, model, "--simulations", "200")
    names = {file["name"] for file in manifest["files"]}
    rows = h.study_rows()
    residuals = h.table(folder / "out/residuals.csv")
    assert manifest["command"] == "diagnose" and manifest["config"]["n_simulations"] == "200"
    assert len(residuals) == sum(row[6] == 0 for row in rows)
    for line in residuals:
        h.assert_close(float(line["IRES"]), float(line["DV"]) - float(line["IPRED"]), line, 1e-6)
    assert len(h.table(folder / "out/individual.csv")) == 16
    parameters = {line["parameter"]: line for line in h.table(folder / "out/parameters.csv")}
    for line in parameters.values():
        if line["ci95_lower"]:
            assert float(line["ci95_lower"]) < float(line["estimate"]) < float(line["ci95_upper"])
    checks = h.table(folder / "out/vpc.csv")
    assert {line["percentile"] for line in checks} == {"5", "50", "95", "blq"}
    assert {line["endpoint"] for line in checks} == {"pk", "pd"}
    for line in h.table(folder / "out/attainment-check.csv"):
        assert 0 <= float(line["predicted_lower"]) <= float(line["predicted_upper"]) <= 4
    points = h.table(folder / "out/calibration.csv")
    assert [line["group"] for line in points] == ["arm"] * 4 + ["probability"] * 2, points
    for line in points:
        assert 0 <= float(line["observed_lower"]) <= float(line["observed"]) <= 1, line
    for name in ("gof-pk", "gof-pd-log", "residuals-pk", "individual-fits-pd-1", "vpc-pk-log",
                 "pcvpc-pd", "eta", "attainment-check"):
        assert (folder / f"out/{name}.png").read_bytes().startswith(b"\x89PNG"), name
        assert f"{name}.svg" in names, name
    assert "CWRES" in text and "not for treating patients" in text
    # The same model, other threads: the same bytes.
    diagnose(folder, "four", data, model, "--simulations", "200", "--threads", "4")
    for name in ("residuals.csv", "vpc.csv", "individual.csv"):
        assert (folder / "out" / name).read_bytes() == (folder / "four" / name).read_bytes()
    # Another study is refused.
    other = h.write_study(folder / "other.csv", n_per_arm=3)
    code, _, err = h.run("diagnose", other, "--model", model, "--out", folder / "no")
    assert code == 2 and "other data" in err and not (folder / "no").exists(), (code, err)


def test_other_models_say_what_is_not_applicable(folder):
    data, model = h.fit(folder, "emax", "--bootstrap", "0")
    text, manifest = diagnose(folder, "out", data, model)
    names = {file["name"] for file in manifest["files"]}
    assert "no random effects" in text and "CWRES mean" not in text
    assert names == {"residuals.csv", "gof-pd.png", "gof-pd.svg", "gof-pd-log.png",
                     "gof-pd-log.svg"}, names


def test_wrong_settings_are_refused(folder):
    data = h.write_study(folder / "study.csv")
    for words in (["--simulations", "3"], ["--threshold", "-1"], []):
        out = ["--out", folder / "out"] if words else []
        code, _, err = h.run("diagnose", data, *words, *out)
        assert code == 1 and err, (words, code, err)
        assert not (folder / "out").exists()


if __name__ == "__main__":
    h.main()
