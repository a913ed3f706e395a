#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What is wrong is refused with the right exit code and words, and nothing is written."""
import json
import os
import pathlib
import re
import subprocess

import harness as h

BAD = h.SOURCE / "tests/data/bad"


def study(folder):
    return h.write_study(folder / "study.csv")


def refused(folder, code, *words, says=()):
    """Runs a command that must fail with the code, say the words and write nothing."""
    before = h.everything_in(folder)
    found, out, err = h.run(*words)
    assert found == code, f"{words}: exit {found}\n{out}\n{err}"
    for word in says:
        assert word in err, f"{words}: no {word!r} in {err}"
    assert h.everything_in(folder) == before, h.everything_in(folder)
    return err


def test_usage_errors_exit_1(folder):
    data, out = study(folder), folder / "out"
    emax = ("--model", "emax")
    fit = ("fit", data, *emax, "--out", out)
    refused(folder, 1)
    refused(folder, 1, "frobnicate", says=["frobnicate"])
    refused(folder, 1, "check")
    refused(folder, 1, "check", data, data)
    refused(folder, 1, "check", data, "--frobnicate", says=["--frobnicate"])
    refused(folder, 1, "check", data, "--threads", "0", says=["--threads"])
    refused(folder, 1, "check", data, "--threads", "many", says=["many"])
    refused(folder, 1, "check", data, "--seed", "-1", says=["--seed"])
    refused(folder, 1, "check", data, "--seed", "18446744073709551616", says=["--seed"])
    refused(folder, 1, "check", data, "--progress", "loud", says=["bar, lines, json"])
    refused(folder, 1, "fit", data, "--out", out, says=["--model"])
    refused(folder, 1, "fit", data, *emax, says=["--out"])
    refused(folder, 1, *fit, "--bootstrap", "2.5", says=["2.5"])
    refused(folder, 1, *fit, "--bootstrap", "2001", says=["2001"])
    refused(folder, 1, *fit, "--uncertainty", "bootstrap", says=["--model pkpd"])
    refused(folder, 1, "fit", data, "--model", "pkpd", "--uncertainty", "luck", "--out", out,
            says=["likelihood, bootstrap"])
    refused(folder, 1, "fit", data, "--model", "pkpd", "--covariates", "CL:HEIGHT", "--out", out,
            says=["CL:HEIGHT", "BW and COMED"])
    refused(folder, 1, *fit, "--epochs", "0", says=["0"])
    refused(folder, 1, *fit, "--epochs", "nan", says=["nan"])
    refused(folder, 1, *fit, "--early-stopping", "yes", says=["off, on"])
    refused(folder, 1, "answer", data, says=["--out"])
    refused(folder, 1, "explore", data, says=["--out"])
    explore = ("explore", data, "--out", out)
    refused(folder, 1, *explore, "--threshold", "0", says=["0"])
    refused(folder, 1, *explore, "--threshold", "high", says=["high"])
    refused(folder, 1, *explore, "--success", "beside", says=["below, above"])
    refused(folder, 1, "simulate", says=["--out"])
    refused(folder, 1, "bench", "--only", "nothing", "--data", data, says=["philox"])


def test_scenarios_that_make_no_sense_exit_1(folder):
    data, out = study(folder), folder / "out"
    emax = ("--model", "emax")
    solve = ("solve", data, *emax, "--regimen", "qd", "--out", out)
    refused(folder, 1, "solve", data, *emax, "--out", out, says=["--regimen"])
    refused(folder, 1, "solve", data, *emax, "--regimen", "bid", "--out", out, says=["qd, qw"])
    refused(folder, 1, "solve", data, *emax, "--regimen", "qd", says=["--out"])
    for option, value in (("--bw", "uniform:100:50"), ("--bw", "uniform:50"), ("--bw", "all"),
                          ("--comed", "1.5"), ("--comed", "half"), ("--threshold", "0"),
                          ("--threshold", "3,3"), ("--target", "1"), ("--target", "nan"),
                          ("--success", "beside"), ("--success-on", "seen"),
                          ("--window", "3"), ("--window", "20:4"),
                          ("--window", "0:25"), ("--window", "0:0"), ("--interval", "often")):
        refused(folder, 1, *solve, option, value)
    refused(folder, 1, "answer", data, *emax, "--success-on", "seen", "--out", out,
            says=["true, observed"])
    refused(folder, 2, *solve, "--success-on", "observed", says=["residual error"])


def test_models_that_are_not_there_name_those_that_are(folder):
    data, out = study(folder), folder / "out"
    for model in ("pk", "qgru", ""):
        for command in ("fit", "answer"):
            refused(folder, 1, command, data, "--model", model, "--out", out,
                    says=["pkpd, lstm, qlstm, qtlstm, qklstm, pinn, qpinn, logistic or emax"])
    refused(folder, 1, "fit", data, "--model", "lstm", "--qubits", "4", "--out", out, says=["qlstm"])
    refused(folder, 1, "fit", data, "--model", "qlstm", "--qubits", "7", "--out", out, says=["[2, 6]"])
    refused(folder, 1, "fit", data, "--model", "lstm", "--input", "dose", "--out", out,
            says=["exposure", "window"])
    refused(folder, 1, "fit", data, "--model", "emax", "--input", "exposure", "--out", out,
            says=["--input exposure", "qklstm"])
    refused(folder, 1, "fit", data, "--model", "lstm", "--full-bootstrap", "--out", out,
            says=["--input exposure"])
    refused(folder, 1, "fit", data, "--model", "lstm", "--physics-records", "9", "--out", out,
            says=["--input exposure"])
    refused(folder, 1, "fit", data, "--model", "lstm", "--input", "exposure", "--physics-records",
            "9", "--physics-weight", "-1", "--out", out, says=["[0, 100]"])


def test_files_that_are_not_there_exit_2(folder):
    data, out = study(folder), folder / "out"
    refused(folder, 2, "check", folder / "absent.csv", says=["absent.csv"])
    refused(folder, 2, "answer", folder / "absent.csv", "--out", out, says=["absent.csv"])
    refused(folder, 2, "check", folder)
    refused(folder, 2, "answer", data, "--model", folder / "absent.json", "--out", out,
            says=["absent.json"])


# What a refusal says: file, row, subject, column, value; rule. Remedy. Files that are no
# table have no row, whole rows no column.
REFUSAL = re.compile(r"""(?P<file>[^,:]+)(, row (?P<row>\d+))?(, subject [^,]+)?"""
                     r"""(, column (?P<column>[^:]+))?: (found "(?P<value>.*)"; )?"""
                     r"""(?P<rule>[^.]{15,}[^ ])\. (?P<remedy>[A-Z].{9,})\.""", re.DOTALL)


def refusal(path, *words):
    """The parts of the last line of stderr, after the command's name."""
    code, out, err = h.run(*words)
    assert code == 2, f"{path.name}: exit {code}\n{out}{err}"
    last = [line for line in err.splitlines() if line.startswith("qusop-cli ")][-1]
    match = REFUSAL.fullmatch(last.split(": ", 1)[1])
    assert match, last
    assert match["file"] == path.name and match["rule"] and match["remedy"], last
    return match


def test_every_malformed_file_is_refused(folder):
    files = sorted(path for path in BAD.rglob("*") if path.is_file())
    assert len(files) >= 40, len(files)
    n_cells = 0
    for path in files:
        lines = path.read_bytes().decode(errors="replace").splitlines()
        for words in (("check", path), ("answer", path, "--out", folder / "out")):
            parts = refusal(path, *words)
            assert h.everything_in(folder) == [], (path.name, h.everything_in(folder))
        if parts["row"] and parts["column"] and parts["value"] is not None:
            assert parts["value"] in lines[int(parts["row"]) - 1], (path.name, parts.groupdict())
            n_cells += 1
    assert n_cells >= 40, n_cells


def test_a_refusal_names_row_column_value_rule_and_remedy(folder):
    data = study(folder)
    lines = data.read_text().splitlines()
    cells = lines[9].split(",")
    cells[6] = "9"
    lines[9] = ",".join(cells)
    data.write_text("\n".join(lines) + "\n")
    code, _, _ = h.run("check", data, "--json", folder / "check.json")
    findings = json.loads((folder / "check.json").read_text())["findings"]
    fatal = [finding for finding in findings if finding["severity"] == "fatal"][0]
    assert code == 2 and fatal["row"] == 10 and fatal["column"] == "EVID" and fatal["value"] == "9"
    for words in (("check", data), ("answer", data, "--out", folder / "out")):
        code, out, err = h.run(*words)
        said = out + err
        assert code == 2 and re.search(r"(row|line) 10\b", said), said
        for part in ("study.csv", "EVID", '9', fatal["rule"], fatal["action"]):
            assert part in said, (part, said)


def test_too_few_data_exit_2(folder):
    data = folder / "study.csv"
    for keep in (lambda row: row[10] != 2, lambda row: row[0] == 3):
        with open(data, "w") as file:
            file.write(",".join(h.COLUMNS) + "\n")
            file.writelines(",".join(map(str, row)) + "\n" for row in h.study_rows() if keep(row))
        for model in ("pkpd", "lstm", "emax", "logistic"):
            refused(folder, 2, "fit", data, "--model", model, "--bootstrap", "0", "--out",
                    folder / "m.json")


def test_a_mechanistic_model_needs_concentrations(folder):
    data = folder / "study.csv"
    with open(data, "w") as file:
        file.write(",".join(h.COLUMNS) + "\n")
        file.writelines(",".join(map(str, row)) + "\n" for row in h.study_rows() if row[10] != 1)
    refused(folder, 2, "answer", data, "--out", folder / "out", says=["concentrations", "emax"])


def test_a_window_model_refuses_the_other_regimen(folder):
    data = study(folder)
    solve = ("solve", data, "--model", "emax", "--out", folder / "out")
    refused(folder, 2, *solve, "--regimen", "qw", says=["24", "168"])
    refused(folder, 2, *solve, "--regimen", "qd", "--interval", "12", says=["12", "24"])


def test_a_model_of_another_study_is_refused(folder):
    data, model = h.fit(folder, "emax", "--bootstrap", "0")
    other = h.write_study(folder / "other.csv", n_per_arm=5)
    refused(folder, 2, "answer", other, "--model", model, "--out", folder / "out",
            says=["other data"])
    refused(folder, 2, "solve", other, "--model", model, "--regimen", "qd", "--out",
            folder / "out", says=["other data"])


def test_what_cannot_be_translated_is_refused(folder):
    _, model = h.fit(folder, "emax", "--bootstrap", "0")
    refused(folder, 1, "translate", model, says=["--to"])
    refused(folder, 1, "translate", model, "--to", "fortran", says=["nonmem, rxode2, onnx"])
    refused(folder, 2, "translate", model, "--to", "nonmem", says=["emax", "pkpd"])
    refused(folder, 2, "translate", model, "--to", "onnx", says=["emax", "lstm"])
    refused(folder, 2, "translate", folder / "absent.json", "--to", "nonmem", says=["absent"])


def test_damaged_models_are_refused(folder):
    data, model = h.fit(folder, "emax", "--bootstrap", "0")
    words = ("answer", data, "--model", model, "--out", folder / "out")
    text = model.read_text()
    for damage in (text[:-20], text.replace("imax", "imin"), text.replace("0.", "1."), "{}", "",
                   "[" * 100000, "\0" + text, json.dumps({"schema": "qusop-model/9"})):
        model.write_text(damage)
        refused(folder, 2, *words, says=["emax.json"])
    with open(model, "wb") as file:
        file.truncate(2 << 30)
    refused(folder, 2, *words, says=["emax.json", "bytes"])


def test_places_that_cannot_be_written_exit_3(folder):
    data = study(folder)
    file = folder / "file"
    file.write_text("here first")
    emax = ("--model", "emax", "--bootstrap", "0")
    refused(folder, 3, "answer", data, "--model", "emax", "--out", file, says=["file"])
    refused(folder, 3, "fit", data, *emax, "--out", folder, says=["Cannot write"])
    refused(folder, 3, "fit", data, *emax, "--out", folder / "absent/m.json", says=["absent"])
    refused(folder, 3, "simulate", "--out", folder / "absent/study.csv", says=["absent"])
    assert file.read_text() == "here first"


def test_a_full_disk_exits_3(folder):
    if not pathlib.Path("/dev/full").exists():
        raise h.Skip("there is no /dev/full")
    data = study(folder)
    status = os.system(f"'{h.CLI}' check '{data}' >/dev/full 2>/dev/null")
    assert os.waitstatus_to_exitcode(status) == 3


def test_frames_without_a_display_are_incomplete(folder):
    data = study(folder)
    bare = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    code, _, err = h.run("bench", "--only", "frames", "--data", data, env=bare)
    assert code == 4 and "display" in err, (code, err)


# What refusing a file may cost, whatever its size; memory with a sanitizer's share in it.
MAX_KIB, MAX_CPU_S = 300 << 10, 5.0


def refused_cheaply(folder, code, *words, says="bytes"):
    """A command that must fail with the code and say so, at the cost of a moment."""
    with open(folder / "said", "w") as said:
        child = subprocess.Popen([h.CLI, *map(str, words)], stdout=said, stderr=said)
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    said = (folder / "said").read_text()
    cpu_s = used.ru_utime + used.ru_stime
    assert child.returncode == code and says in said, (words, child.returncode, said)
    assert used.ru_maxrss < MAX_KIB and cpu_s < MAX_CPU_S, (words, used)
    print(f"# {words[0]} {words[-2]}: {used.ru_maxrss >> 10} MiB, {cpu_s:.2f} s, {said.strip()[:90]}")


def gigabyte(path, start):
    with open(path, "wb") as file:
        file.write(start)
        file.truncate(1_000_000_000)
    return path


def test_a_gigabyte_is_refused_in_bounded_memory_and_time(folder):
    data, out = study(folder), folder / "out"
    table = folder / "table.csv"
    table.write_text("weight,success\n0.5,1\n0.5,0\n")
    solve = ("solve", data, "--regimen", "qd", "--out", out)
    big = gigabyte(folder / "big", data.read_bytes())
    refused_cheaply(folder, 2, "check", "--quiet", big, says="256 MiB")
    gigabyte(big, b"model: emax\n# ")
    refused_cheaply(folder, 2, *solve, "--config", big, says="1 MiB")
    refused_cheaply(folder, 2, "simulate", "--out", out, "--truth", big, says="1 MiB")
    gigabyte(big, b'{"schema": "qusop-model/1", "model": "')
    refused_cheaply(folder, 2, *solve, "--model", big)
    gigabyte(big, b"70\n")
    refused_cheaply(folder, 2, *solve, "--model", "emax", "--bw", f"file:{big}")
    for endless in (gigabyte(big, b"weight,success\n"), "/dev/zero"):
        refused_cheaply(folder, 2, "estimate", "--method", "mc", "--table", endless)
        refused_cheaply(folder, 2, "estimate", "--table", table, "--method", "mc", "--bits", endless)
        refused_cheaply(folder, 2, "verify", folder, "--public-key", endless)
        refused_cheaply(folder, 2, *solve, "--model", "emax", "--sign", endless)
        refused_cheaply(folder, 2, *solve, "--model", endless, says=str(endless))


def test_a_record_of_a_gigabyte_is_refused_in_bounded_memory_and_time(folder):
    registry = folder / "registry"
    os.environ["QUSOP_REGISTRY"] = str(registry)
    data = study(folder)
    h.good("fit", data, "--model", "emax", "--bootstrap", "2", "--out", folder / "m.json", "--quiet")
    (run,) = json.loads(h.good("runs", "--json"))["runs"]
    gigabyte(data, b"ID")
    refused_cheaply(folder, 2, "replay", run["id"], says="has changed")
    gigabyte(folder / "m.json", b"{")
    assert h.good("runs", "compare", run["id"], run["id"], "--csv", folder / "c.csv")
    gigabyte(registry / "audit.log", (registry / "audit.log").read_bytes())
    refused_cheaply(folder, 2, "runs", "verify")
    gigabyte(registry / "registry.sqlite", b"SQLite format 3\0")
    refused_cheaply(folder, 2, "runs", "--json", says="registry")


if __name__ == "__main__":
    h.main()
