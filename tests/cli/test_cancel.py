#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A signal ends any computation within 0.2 s, with exit 130 and nothing left behind."""
import signal

import harness as h


def check_cancel(folder, words, stage, number=signal.SIGINT):
    before = h.everything_in(folder)
    times = []
    # Three tries: other programs may keep the processors from answering at once.
    for _ in range(3):
        code, seconds = h.interrupt(words, folder, stage, number)
        assert code == 130, code
        assert h.everything_in(folder) == before, h.everything_in(folder)
        times.append(seconds)
        if seconds < 0.2:
            print(f"# {stage}: {seconds:.3f} s")
            return
    raise AssertionError(f"{stage} stopped after {times} s")


def test_interrupted_training_leaves_nothing(folder):
    data = h.write_study(folder / "study.csv")
    check_cancel(folder, ("fit", data, "--model", "lstm", "--epochs", "100000",
                          "--early-stopping", "off", "--out", folder / "m.json"), "train")


def test_terminated_bootstrap_leaves_nothing(folder):
    data = h.write_study(folder / "study.csv")
    check_cancel(folder, ("fit", data, "--model", "lstm", "--epochs", "30", "--bootstrap", "2000",
                          "--out", folder / "m.json"), "bootstrap", signal.SIGTERM)


def test_interrupted_answer_leaves_nothing(folder):
    data = h.write_study(folder / "study.csv")
    check_cancel(folder, ("answer", data, "--out", folder / "out"), "search")


def test_interrupted_tables_leave_nothing(folder):
    data, model = h.fit(folder, "lstm", *h.TINY)
    check_cancel(folder, ("answer", data, "--model", model, "--out", folder / "out"), "tabulate")


def test_interrupted_writing_leaves_nothing(folder):
    data, model = h.fit(folder, "emax", "--bootstrap", "20")
    check_cancel(folder, ("answer", data, "--model", model, "--out", folder / "out"), "write")


def test_interrupted_exploration_leaves_nothing(folder):
    data = h.write_study(folder / "study.csv")
    for stage in ("bootstrap", "write"):
        check_cancel(folder, ("explore", data, "--out", folder / "out"), stage)


def test_interrupted_bench_leaves_nothing(folder):
    data = h.write_study(folder / "study.csv")
    check_cancel(folder, ("bench", "--only", "bootstrap", "--data", data, "--json",
                          folder / "b.json"), "train")


if __name__ == "__main__":
    h.main()
