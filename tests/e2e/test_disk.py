#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A disk that is full, and one that cannot be written: whatever is saved there is refused in
words, what lay there stays whole, nothing half-written comes, and the work goes on."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from driver import SKIP, TRAINING_BUDGET_S, Tap, extents, set_value, wait

SAMPLE = pathlib.Path(os.environ["QUSOP_SAMPLE"])
SIZE = 4 << 20


def mount(folder):
    return subprocess.call(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", folder],
                           stderr=subprocess.DEVNULL) == 0


def fill(folder):
    """To the last byte."""
    with open(folder / "filler", "wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            pass


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()
            if path.is_file() and path.name != "filler"}


def close_message(app):
    """Not the window, which has a button of that name in its first line."""
    app.click(max(app.matches("push button", "Close"), key=lambda node: extents(node).y))


def ask(app, path, what):
    if what == "Report":
        app.click(app.find("push button", "PDF"))
        app.answer_dialog(path, what)
    else:
        app.ask_for(path, what)


def refused(app, disk, what, name, title):
    """Asks for a file there; the window says why not, and the folder is as it was."""
    before = contents(disk)
    ask(app, disk / name, what)
    app.wait_to_read(title)
    wait(lambda: app.reads("No space left") or app.reads("Read-only file system"), "the reason")
    assert contents(disk) == before, sorted(set(contents(disk)) - set(before))
    close_message(app)
    wait(lambda: not app.reads(title), "the message to go")


def story(app, tap):
    app.open_file(SAMPLE)
    app.wait_to_read("480–504 h")
    app.go("Exposure")
    wait(lambda: app.shows("tree table", "Exposure of each subject"), "the analysis")
    app.go("Model")
    app.click(app.find("check box", "Emax"))
    app.click(app.find("push button", "Train"))
    app.find("list item", "Run 1")
    app.go("Decide")
    wait(lambda: app.reads("Up to date"), "an answer")

    app.export(DISK / "work.qusop", "Project")
    app.export(DISK / "curve.png")
    app.export(DISK / "nca.csv", "Table")
    tap.ok("project, chart and table are saved while there is room")

    app.go("Report")
    app.click(app.find("push button", "Prepare"))
    app.wait_to_read("Draft, not signed", TRAINING_BUDGET_S)
    ask(app, DISK / "report.pdf", "Report")
    wait((DISK / "report.pdf").exists, "the report")
    app.go("Decide")
    tap.ok("the report, too")

    fill(DISK)
    app.go("Report")
    for name in ("report.pdf", "other.pdf"):
        refused(app, DISK, "Report", name, "The report could not be saved")
        tap.ok(f"{name} on a full disk is refused in words, and nothing is lost")
    app.go("Decide")
    set_value(app.find("slider", "Threshold"), 3.0)
    # The copies that are kept automatically and the registry live there, too.
    wait(lambda: app.reads("cannot be kept automatically") or app.reads("not put on record"),
         "a word about the full disk")
    close_message(app)
    tap.ok("a full disk is told of while one works")

    for what, name, title in (("Project", "work.qusop", "The project could not be saved"),
                              ("Project", "more.qusop", "The project could not be saved"),
                              ("Chart", "curve.png", "The file could not be saved"),
                              ("Chart", "other.svg", "The file could not be saved"),
                              ("Table", "nca.csv", "The file could not be saved"),
                              ("Table", "other.csv", "The file could not be saved")):
        refused(app, DISK, what, name, title)
        tap.ok(f"{name} on a full disk is refused in words, and nothing is lost")

    locked = pathlib.Path(tempfile.mkdtemp(dir=DISK.parent))
    try:
        assert mount(locked)
        for name in ("work.qusop", "curve.png"):
            shutil.copy(DISK / name, locked)
        assert subprocess.call(["mount", "-o", "remount,ro", locked]) == 0
        for what, name, title in (("Project", "work.qusop", "The project could not be saved"),
                                  ("Chart", "curve.png", "The file could not be saved"),
                                  ("Table", "other.csv", "The file could not be saved")):
            refused(app, locked, what, name, title)
            tap.ok(f"{name} where nothing can be written is refused in words")
    finally:
        subprocess.call(["umount", "--lazy", locked])
        locked.rmdir()

    (DISK / "filler").unlink()
    before = (DISK / "work.qusop").stat().st_ino
    app.ask_for(DISK / "work.qusop", "Project")
    wait(lambda: (DISK / "work.qusop").stat().st_ino != before, "the new project")
    kept = json.loads((DISK / "work.qusop").read_text(encoding="utf-8"))
    assert kept["question"]["threshold_ng_ml"] == 3.0, kept["question"]
    assert len(kept["models"]) == 1
    tap.ok("once there is room the whole work is saved")
    assert app.quit() == 0
    tap.ok("quit with exit code 0")


def leave(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(SKIP)


# In a namespace of mounts of its own, where this is allowed.
if "QUSOP_DISK_INSIDE" not in os.environ:
    os.environ["QUSOP_DISK_INSIDE"] = "1"
    alone = ["unshare", "--mount"]
    if shutil.which(alone[0]) is None or subprocess.run([*alone, "true"], check=False,
                                                        capture_output=True).returncode != 0:
        leave("nothing may be mounted here")
    os.execvp(alone[0], [*alone, sys.executable, *sys.argv])
with tempfile.TemporaryDirectory(prefix="qusop-disk-") as made:
    DISK = pathlib.Path(made)
    if not mount(made):
        leave("nothing may be mounted here")
    try:
        (DISK / "state").mkdir()
        os.environ.update(XDG_STATE_HOME=str(DISK / "state"), XDG_DATA_HOME=str(DISK / "state"))
        Tap().run(story)
    finally:
        subprocess.call(["umount", "--lazy", made])
