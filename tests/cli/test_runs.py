# SPDX-License-Identifier: Apache-2.0
"""The registry: what was run is on record, and done again it gives the same."""
import csv
import json
import os
import re
import sqlite3

import harness as h


def here(folder):
    """A registry of the test's own."""
    os.environ["QUSOP_REGISTRY"] = str(folder / "registry")
    return folder / "registry/registry.sqlite"


def runs(*words):
    return json.loads(h.good("runs", "--json", *words))["runs"]


def ids():
    return [line.split()[0] for line in h.good("runs").splitlines()]


def change(database, sql, *values):
    with sqlite3.connect(database) as connection:
        connection.execute(sql, values)
    connection.close()


def mixed(folder, threads):
    """One run of every kind; a folder of its own for what they write."""
    out = folder / "out"
    out.mkdir()
    table = folder / "table.csv"
    table.write_text("weight,success\n0.3,1\n0.5,0\n0.2,1\n")
    data, model, net = out / "study.csv", out / "emax.json", out / "lstm.json"
    common = ("--quiet", "--threads", threads)
    h.good("simulate", "--seed", "5", "--out", data, *common)
    h.good("fit", data, "--model", "emax", "--bootstrap", "20", "--out", model, *common)
    h.good("fit", data, "--model", "lstm", *h.TINY, f"--out={net}", *common)
    h.good("solve", data, "--model", model, "--regimen", "qd", "--out", out / "solved", *common)
    h.good("solve", data, "--model", net, "--regimen", "qd", "--bw", "data", "--out",
           out / "net", *common)
    h.good("estimate", "--table", table, "--method", "mlae", *common)
    h.good("estimate", "--table", table, "--json", out / "e.json", "--csv", out / "e.csv", *common)
    h.good("search", data, "--model", model, "--regimen", "qd", "--json", out / "s.json", *common)
    code, _, _ = h.run("solve", data, "--model", "logistic", "--regimen", "qw", "--out", out / "no",
                       *common)
    assert code == 2
    return data, model


def test_runs_are_replayed_with_any_number_of_threads(folder):
    here(folder)
    mixed(folder, 1)
    before = {path: path.read_bytes() for path in (folder / "out").rglob("*") if path.is_file()}
    listed = ids()
    assert len(listed) == 9 and all(re.fullmatch("[0-9a-f]{16}", name) for name in listed)
    for i, name in enumerate(listed):
        for threads in (2, 8) if i % 3 == 0 else (2,):
            out = h.good("replay", name, "--threads", threads, "--quiet")
            assert "identical" in out and f"1 threads then, {threads} now" in out, out
    # A replay writes nowhere and is no run.
    assert ids() == listed
    assert before == {p: p.read_bytes() for p in (folder / "out").rglob("*") if p.is_file()}


def test_a_record_tells_all_that_a_run_was(folder):
    here(folder)
    data, model = h.fit(folder, "emax", "--bootstrap", "20", "--seed", "9", "--threads", "2")
    h.good("solve", data, "--model", model, "--regimen", "qd", "--out", folder / "o", "--quiet")
    solved, fitted = runs()
    assert fitted["command"] == "fit" and fitted["seed"] == "9" and fitted["threads"] == 2
    assert fitted["data_sha256"] == h.sha256(data) and fitted["model"] == "emax"
    assert fitted["result"] == "done" and fitted["exit"] == 0 and fitted["elapsed_s"] > 0
    assert "--bootstrap 20" in fitted["arguments"] and fitted["blas"] == "none"
    assert re.fullmatch("[0-9a-f]{40}|unknown", fitted["build"]) and fitted["cpu"]
    assert fitted["model_sha256"] == json.loads(model.read_text())["sha256"]
    files = {file["role"]: file for file in solved["files"]}
    assert files["model"]["sha256"] == h.sha256(model) and not files["model"]["written"]
    for name in ("result.json", "curve.csv", "curve.png", "manifest.json"):
        assert files[name]["sha256"] == h.sha256(folder / "o" / name), name
    assert "Written to" in solved["printed"]
    assert json.loads(h.good("runs", "show", solved["id"][:8])) == solved


def test_runs_are_filtered_labelled_and_compared(folder):
    here(folder)
    data, model = h.fit(folder, "emax", "--bootstrap", "5")
    h.fit(folder, "emax", "--bootstrap", "5", "--seed", "2")
    h.good("solve", data, "--model", model, "--regimen", "qd", "--out", folder / "o", "--quiet")
    solved, second, first = ids()
    h.good("runs", "label", solved[:10], "the one for the report")
    assert "# the one for the report" in h.good("runs").splitlines()[0]
    assert [run["id"] for run in runs("--label", "report")] == [solved]
    assert [run["id"] for run in runs("--command", "fit")] == [second, first]
    assert [run["id"] for run in runs("-n", "1")] == [solved]
    for study in (data, "study.csv", h.sha256(data)[:12]):
        assert len(runs("--data", study)) == 3, study
    assert runs("--data", "udy.csv") == []
    # No label can break a line or move the cursor of whoever reads it.
    h.good("runs", "label", first, "two\nlines \x1b[2J\t\u00e9")
    assert len(h.good("runs").splitlines()) == 3 and "\x1b" not in h.good("runs")
    assert runs("--label", "two")[0]["label"] == "two\nlines \x1b[2J\t\u00e9"
    out = h.good("runs", "compare", first, second)
    assert "seed: 1 then, 2 now" in out and "model SHA-256" in out
    assert "emax.json: not the same" in out
    h.good("runs", "compare", first, second, "--csv", folder / "c.csv")
    rows = {row[1]: row for row in csv.reader((folder / "c.csv").open())}
    assert rows["what"] == ["part", "what", first, second, "same"]
    assert rows["seed"] == ["input", "seed", "1", "2", "no"]
    assert rows["--bootstrap"] == ["input", "--bootstrap", "5", "5", "yes"]
    assert rows["data SHA-256"][2] == h.sha256(data)[:16] and rows["data SHA-256"][4] == "yes"
    assert rows["model SHA-256"][0] == "answer" and rows["model SHA-256"][4] == "no"
    out = h.good("runs", "compare", first, first)
    assert out == "Settings: no difference\nResults: no difference\n"
    for words, problem in ((("label", "zz", "x"), "no run"), (("show", ""), "no run"),
                           (("compare", first), "There is"), (("show", "f" * 16), "No run")):
        code, _, err = h.run("runs", *words)
        assert code == 1 and problem in err, err


def test_a_cancelled_run_is_on_record(folder):
    here(folder)
    data = h.write_study(folder / "study.csv")
    words = ("fit", data, "--model", "lstm", "--epochs", "100000", "--early-stopping", "off",
             "--bootstrap", "0", "--out", folder / "m.json")
    code, _ = h.interrupt(words, folder, "train", h.signal.SIGINT)
    assert code == 130 and not (folder / "m.json").exists()
    (cancelled,) = runs()
    # On a slow disk the program does not wait for its record to be ended.
    assert cancelled["result"] in ("cancelled", "unfinished"), cancelled


def test_the_audit_trail_tells_and_keeps_what_was_done(folder):
    trail = here(folder).parent / "audit.log"
    h.fit(folder, "emax", "--bootstrap", "5")
    (name,) = ids()
    h.good("runs", "label", name, "first", "--reason", "to find it again")
    h.good("runs", "label", name, "second")
    h.good("replay", name, "--quiet")
    lines = [line.split("\t") for line in trail.read_text().splitlines()]
    assert [line[0] for line in lines] == ["1", "2", "3", "4"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line[1]) for line in lines)
    assert len({line[2] for line in lines}) == 1 and lines[0][2]
    assert lines[0][3] == f"run {name}" and lines[0][5].endswith(": done")
    assert lines[1][3:7] == [f"label of run {name}", "", "first", "to find it again"]
    assert lines[2][3:7] == [f"label of run {name}", "first", "second", ""]
    assert lines[3][3:7] == [f"replay of run {name}", "", "identical", ""]
    # The chain, by its definition: anybody can check it without QuSOP.
    before = "0" * 64
    for line in lines:
        text = "\t".join([before] + line[:7])
        before = h.hashlib.sha256(text.encode()).hexdigest()
        assert line[7] == before
    assert "4 lines" in h.good("runs", "verify")

    whole = trail.read_bytes()
    trail.write_bytes(whole.replace(b"first", b"First", 1))
    code, _, err = h.run("runs", "verify")
    assert code == 2 and "audit.log: line 2 was changed" in err, err
    trail.write_bytes(b"".join(whole.splitlines(True)[:3]))
    code, _, err = h.run("runs", "verify")
    assert code == 2 and "line 4 is missing" in err, err
    trail.write_bytes(whole)
    h.good("runs", "verify")


def test_replay_refuses_what_cannot_be_compared(folder):
    database = here(folder)
    data, model = h.fit(folder, "emax", "--bootstrap", "5")
    (name,) = ids()
    text = data.read_text()
    data.write_text(text.replace(",52,", ",53,"))
    code, _, err = h.run("replay", name)
    assert code == 2 and f"data {data} has changed" in err, err
    data.unlink()
    code, _, err = h.run("replay", name)
    assert code == 2 and f"data {data} is missing" in err, err
    data.write_text(text)
    for status, problem in ((-1, "unfinished"), (130, "cancelled")):
        change(database, "UPDATE run SET status = ?", status)
        code, _, err = h.run("replay", name)
        assert code == 2 and problem in err, err
    # A registry that somebody wrote cannot run what it likes.
    change(database, "UPDATE run SET status = 0, command = 'bench'")
    code, _, err = h.run("replay", name)
    assert code == 2 and "bench" in err, err


def test_replay_says_where_it_differs(folder):
    database = here(folder)
    data, model = h.fit(folder, "emax", "--bootstrap", "5")
    h.good("solve", data, "--model", model, "--regimen", "qd", "--out", folder / "o", "--quiet")
    name = ids()[0]
    result = folder / "o/result.json"
    dose = json.loads(result.read_text())["dose_mg"]
    result.write_text(result.read_text().replace(f'"dose_mg": {dose}', '"dose_mg": 999.5'))
    change(database, "UPDATE file SET sha256 = ?, essence = 'x' WHERE role = 'result.json'",
           h.sha256(result))
    code, out, err = h.run("replay", name)
    assert code == 3 and f"result.json: dose_mg: 999.5 then, {dose} now" in out, out
    result.unlink()
    code, out, err = h.run("replay", name)
    assert code == 3 and "result.json: not the same" in out and "another result" in err, out


def test_no_registry_keeps_no_result_from_being_had(folder):
    database = here(folder)
    data, _ = h.fit(folder, "emax", "--no-registry")
    assert not database.parent.exists()
    words = ("fit", data, "--model", "emax", "--bootstrap", "5", "--quiet", "--out")

    def told(name, problem):
        code, _, err = h.run(*words, folder / name)
        assert code == 0 and (folder / name).exists() and problem in err, err
        assert err.count("\n") == 1, err

    database.parent.write_text("in the way")
    told("a.json", "Cannot make the folder")
    database.parent.unlink()
    database.parent.mkdir()
    database.write_bytes(b"this is no database, but it is long enough to be read as one" * 20)
    told("b.json", "damaged")
    database.unlink()
    change(database, "CREATE TABLE other (x)")
    told("c.json", "not a registry")
    database.unlink()
    h.good(*words, folder / "d.json")
    change(database, "PRAGMA user_version = 99")
    told("e.json", "newer QuSOP")
    change(database, "PRAGMA user_version = 3")
    assert h.good("runs", "verify") and len(ids()) == 1
    if os.geteuid() != 0:
        for path in (database, database.parent):
            path.chmod(0o500 if path.is_dir() else 0o400)
        told("f.json", "readonly")
        database.parent.chmod(0o700)


def test_a_full_disk_keeps_no_result_from_being_had(folder):
    """Needs to mount: the administrator's right."""
    data, _ = h.fit(folder, "emax", "--no-registry")
    disk = folder / "disk"
    disk.mkdir()
    script = (f"mount -t tmpfs -o size=256k none {disk} || exit 77; "
              f"QUSOP_REGISTRY={disk} {h.CLI} runs || exit 1; "
              f"cat /dev/zero > {disk}/filler 2>/dev/null; "
              f"QUSOP_REGISTRY={disk} exec {h.CLI} fit {data} --model emax --bootstrap 5 "
              f"--quiet --out {folder}/m.json")
    done = h.subprocess.run(["unshare", "--mount", "--map-root-user", "sh", "-c", script],
                            capture_output=True, timeout=100)
    if done.returncode in (1, 77) and b"full" not in done.stderr:
        raise h.Skip("mounting is not allowed here")
    assert done.returncode == 0 and (folder / "m.json").exists(), done.stderr
    assert b"not fully on record" in done.stderr and b"full" in done.stderr, done.stderr


if __name__ == "__main__":
    h.main()
