#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The record under strain, for hours if need be: run by hand, suite long."""
import json
import os
import random
import sqlite3
import subprocess
import time

import harness as h

N_KILLS = int(os.environ.get("N_KILLS", "100"))


def ids():
    return [line.split()[0] for line in h.good("runs").splitlines()]


def test_twenty_mixed_runs_are_replayed_with_any_number_of_threads(folder):
    os.environ["QUSOP_REGISTRY"] = str(folder / "registry")
    data, table = folder / "study.csv", folder / "table.csv"
    table.write_text("weight,success\n0.3,1\n0.5,0\n0.2,1\n")
    common = ("--quiet", "--threads", 1)
    usual = ("--model", "pkpd", "--structure", "usual")

    def out(name):
        return "--out", folder / name

    def fit(name, *words):
        h.good("fit", data, *words, *out(name), *common)
        return folder / name

    h.good("simulate", "--truth", "default", "--seed", "5", *out("study.csv"), *common)
    emax = fit("emax.json", "--model", "emax", "--bootstrap", "20")
    fit("logistic.json", "--model", "logistic", "--bootstrap", "20", "--threshold", "4")
    lstm = fit("lstm.json", "--model", "lstm", *h.TINY)
    fit("q.json", "--model", "qlstm", "--epochs", "1", "--bootstrap", "1", "--qubits", "2")
    whole = fit("whole.json", "--model", "lstm", "--input", "exposure", "--structure", "usual",
                "--epochs", "3", "--bootstrap", "2")
    pkpd = fit("pkpd.json", *usual, "--bootstrap", "20")
    fit("full.json", "--model", "pkpd", "--structure",
        "2cpt,turnover,imax=est,gamma=1,nolag,pk=proportional,pd=proportional", "--covariates",
        "R0:COMED", "--omega", "full", "--bootstrap", "10")
    fit("boot.json", *usual, "--uncertainty", "bootstrap", "--bootstrap", "4")
    for name, model, regimen in (("a", emax, "qd"), ("b", lstm, "qd"), ("c", whole, "qw"),
                                 ("d", pkpd, "qw")):
        h.good("solve", data, "--model", model, "--regimen", regimen, *out(name), *common)
    h.good("answer", data, "--model", emax, *out("answers"), *common)
    for method in ("mc", "qmc", "canonical", "mlae", "iqae", "fixed-point"):
        h.good("estimate", "--table", table, "--method", method, "--json",
               folder / f"{method}.json", *common)
    h.good("search", data, "--model", emax, "--regimen", "qd", "--json", folder / "s.json", *common)
    listed = ids()
    assert len(listed) >= 20, listed
    for name in listed:
        for threads in (1, 2, 8):
            said = h.good("replay", name, "--threads", threads, "--quiet")
            assert "identical" in said and f"1 threads then, {threads} now" in said, said
    print(f"# {len(listed)} runs, each replayed with 1, 2 and 8 threads")


def start(folder, data, model, number):
    """A writer that registers one run after another and says when each is acknowledged."""
    out = folder / f"out-{number}"
    script = (f'i=0; while "$0" answer "{data}" --model "{model}" --template summary --quiet'
              f' --out "{out}" >/dev/null 2>&1; do i=$((i+1)); echo $i; done')
    return subprocess.Popen(["sh", "-c", script, h.CLI], stdout=subprocess.PIPE, text=True,
                            start_new_session=True)


def test_nothing_is_lost_when_two_writers_of_reports_are_killed(folder):
    registry = folder / "registry"
    os.environ["QUSOP_REGISTRY"] = str(registry)
    data, model = h.fit(folder, "emax", "--bootstrap", "5")
    chance, acknowledged = random.Random(1), 0
    for _ in range(N_KILLS):
        writers = [start(folder, data, model, number) for number in range(2)]
        time.sleep(chance.uniform(0.2, 2.5))
        for writer in writers:
            os.killpg(writer.pid, 9)
            acknowledged += len(writer.communicate()[0].split())
        with sqlite3.connect(registry / "registry.sqlite") as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            done = database.execute("SELECT count (*) FROM run WHERE command = 'answer' AND "
                                    "status = 0").fetchone()[0]
        database.close()
        assert done >= acknowledged, (done, acknowledged)
        for number in range(2):
            # A folder is there whole, as its manifest says, or what was there before.
            out = folder / f"out-{number}"
            if (out / "manifest.json").exists():
                h.good("verify", out)
    assert acknowledged > 0 and "lines" in h.good("runs", "verify")
    print(f"# {acknowledged} answers acknowledged in {N_KILLS} rounds")


if __name__ == "__main__":
    h.main()
