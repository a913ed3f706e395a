#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The program is killed at random moments of a working session: what the next start offers has
lost two seconds of it at most, and no file is ever half-written."""
import json
import os
import pathlib
import random
import signal
import sys
import tempfile
import time

from driver import LACKING, SKIP, App, Late, set_value, value_of, wait

SAMPLE = pathlib.Path(os.environ["QUSOP_SAMPLE"])
N_KILLS = int(os.environ.get("KILLS", 30))
LOST_S = 2.0


def check_files(folder):
    """Whole, whatever they are; how many there are."""
    paths = [*folder.rglob("*.qusop"), *folder.rglob("*.json")]
    for path in paths:
        json.loads(path.read_text(encoding="utf-8"))
    return len(paths)


def begin(app):
    app.open_file(SAMPLE)
    app.wait_to_read("480–504 h")
    app.go("Model")
    app.click(app.find("check box", "Emax"))
    app.click(app.find("push button", "Train"))
    app.find("list item", "Run 1")
    app.go("Decide")
    app.find("slider", "Threshold")


def recover(app):
    app.wait_to_read("There is unsaved work")
    app.click(app.find("push button", "Recover"))
    wait(lambda: not app.reads("There is unsaved work"), "the offer to be taken")
    app.go("Decide")
    return app.find("slider", "Threshold")


def work(app, slider, seconds, chance):
    """Moves the slider until it is over, and saves now and then. Returns what was asked
    when, by the slider's own word."""
    end = time.monotonic() + seconds
    asked, i = [(time.monotonic(), value_of(slider))], 0
    while time.monotonic() < end:
        i += 1
        set_value(slider, 2.0 + 0.05 * (i % 60))
        asked.append((time.monotonic(), value_of(slider)))
        if chance.random() < 0.2:
            app.key("ctrl+s")
        time.sleep(0.05)
    return asked


def lost_s(asked, killed, kept):
    """How long before its end the session last asked what was kept; the next question was
    the first to get lost."""
    for i in range(len(asked) - 1, -1, -1):
        if abs(asked[i][1] - kept) < 1e-6:
            return killed - asked[i + 1][0] if i + 1 < len(asked) else 0.0
    raise AssertionError(f"{kept} was never asked: {asked}")


def story(folder):
    chance = random.Random(1)
    longest = 0.0
    app = App(sys.argv[1])
    begin(app)
    slider = app.find("slider", "Threshold")
    try:
        for n in range(1, N_KILLS + 1):
            app.export(folder / f"work-{n}.qusop", "Project")
            asked = work(app, slider, chance.uniform(0.0, 5.0), chance)
            killed = time.monotonic()
            app.process.send_signal(signal.SIGKILL)
            app.process.wait()
            n_files = check_files(folder)
            app = App(sys.argv[1])
            slider = recover(app)
            wait(lambda: any(abs(one - value_of(slider)) < 1e-6 for _, one in asked), "what was kept")
            lost = lost_s(asked, killed, value_of(slider))
            longest = max(longest, lost)
            print(f"# {n}: killed after {len(asked)} questions, {lost:.2f} s lost, {n_files} "
                  f"files whole", flush=True)
            assert lost <= LOST_S, lost
        app.go("Model")
        app.find("list item", "Run 1")
    finally:
        app.kill()
    print(f"ok 1 - {N_KILLS} kills lost {longest:.2f} s at most, and left whole files\n1..1")


if LACKING is not None:
    print(f"1..0 # SKIP {LACKING}")
    sys.exit(SKIP)
with tempfile.TemporaryDirectory(prefix="qusop-kill-") as made:
    for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        os.environ[name] = os.path.join(made, name)
    try:
        story(pathlib.Path(made))
    except (AssertionError, Late) as reason:
        print(f"not ok 1 - {reason}\n1..1")
        raise
