#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The main job from end to end, with the real pointer: a study by the file dialog, a network
trained, given up and trained again, a slider pulled, the dose and the curve that follow, and
the chart as PNG and CSV."""
import csv
import os
import pathlib
import re
import shutil
import struct
import tempfile

from driver import TRAINING_BUDGET_S, Tap, act, has_state, set_value, text_of, value_of, wait, walk

SAMPLE = pathlib.Path(os.environ["QUSOP_SAMPLE"])


def dose_mg(app):
    """The answer card's headline, or None while there is none."""
    for card in app.matches("panel", "Answer"):
        for node in walk(card):
            if node.get_role_name() == "label":
                match = re.fullmatch(r"([\d.]+) mg", text_of(node))
                if match:
                    return float(match[1])
    return None


def train(app, n_epochs, n_bootstrap):
    set_value(app.find("spin button", "Epochs"), n_epochs)
    set_value(app.find("spin button", "Bootstrap models"), n_bootstrap)
    app.click(app.find("push button", "Train"))


def open_study(app, tap, folder):
    study = folder / "phase-one.csv"
    shutil.copy(SAMPLE, study)
    app.open_file(study)
    app.wait_to_read("phase-one.csv")
    app.wait_to_read("480–504 h")
    tap.ok("a study by the file dialog")


def explore(app, tap, folder):
    """A curve is clicked; the table of the exposure is saved."""
    app.go("Explore")
    chart = app.find("image", "Observed biomarker")
    x, y, width, height = app.box(chart)

    def click_a_curve():
        """From the top down the middle of the chart, until one lies under the pointer."""
        for step in range(20, 80):
            app.point(x + width * 0.7, y + height * step / 100)
            app.click_here()
            if "Highlighted: ID" in chart.get_description():
                return True
        return False

    wait(click_a_curve, "a subject to be pointed out")
    app.point(1, 1)
    tap.ok("a click on a curve points out its subject")

    app.go("Exposure")
    wait(lambda: app.shows("tree table", "Exposure of each subject"), "the analysis")
    app.export(folder / "nca.csv", "Table")
    with open(folder / "nca.csv", newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 48, len(lines)
    assert all(float(line["CMAX"]) > 0 for line in lines if float(line["DOSE"]) > 0)
    tap.ok("the exposure as CSV")


def train_twice(app, tap):
    app.go("Model")
    app.click(app.find("check box", "LSTM"))
    # Without early stopping so many epochs leave the time to look and to give up.
    stopping = app.find("check box", "Early stopping")
    act(stopping, "toggle")
    wait(lambda: not has_state(stopping, "CHECKED"), "the switch to be off")
    train(app, 10000, 20)
    progress = app.find("progress bar", "Training progress")
    wait(lambda: value_of(progress) > 0, "progress", TRAINING_BUDGET_S)
    app.wait_to_read("Training: epoch")
    tap.ok("the training reports its progress")

    app.click(app.find("push button", "Cancel Training"))
    # Not the toast: a slow build may take longer to be read than it lasts.
    wait(lambda: not app.shows("push button", "Cancel Training"), "the training to end")
    assert not app.shows("list item", "Run 1")
    assert app.reads("No model yet"), "a cancelled training leaves no model"
    tap.ok("a cancelled training leaves no model")

    train(app, 60, 4)
    app.find("list item", "Run 1 · LSTM", TRAINING_BUDGET_S)
    tap.ok("trained again")


def pull_slider(app, tap):
    app.go("Decide")
    wait(lambda: dose_mg(app), "a dose")
    wait(lambda: app.reads("Up to date"), "an answer")
    before_mg = dose_mg(app)
    chart = app.find("image", "Dose–success curve")
    picture = app.still_pixels(chart)
    said = chart.get_description()

    lowest = app.find("slider", "Body weight: Lowest")
    app.drag_slider(lowest, 30, 199, 90)
    wait(lambda: abs(value_of(lowest) - 90) < 5, f"90 kg, not {value_of(lowest)}")
    after_mg = wait(lambda: app.reads("Up to date") and dose_mg(app) != before_mg
                    and dose_mg(app), "another dose")
    # Heavier people need more.
    assert after_mg > before_mg, (before_mg, after_mg)
    tap.ok(f"the slider moves the dose from {before_mg:g} to {after_mg:g} mg")

    wait(lambda: app.pixels(chart) != picture, "another picture")
    changed = sum(a != b for a, b in zip(picture, app.still_pixels(chart)))
    assert changed > 1000, f"only {changed} bytes of the chart differ"
    assert chart.get_description() != said
    tap.ok("the slider moves the curve")


def check_png(path):
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR", data[:16]
    width, height = struct.unpack(">II", data[16:24])
    assert width >= 600 and height >= 400 and len(data) > 10000, (width, height, len(data))


def check_csv(path):
    """A dose per row; what is said of it are shares."""
    with open(path, newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert len(head) >= 2 and "dose" in head[0].lower(), head
    assert len(rows) >= 50, len(rows)
    doses = [float(row[0]) for row in rows]
    assert all(a <= b for a, b in zip(doses, doses[1:])), doses
    for row in rows:
        assert len(row) == len(head), row
        for cell in filter(None, row[1:]):
            assert 0 <= float(cell) <= 100, row


def export(app, tap, folder):
    app.export(folder / "curve.png")
    check_png(folder / "curve.png")
    tap.ok("the chart as PNG")
    app.export(folder / "curve.csv")
    check_csv(folder / "curve.csv")
    tap.ok("the chart as CSV")


def story(app, tap):
    with tempfile.TemporaryDirectory(prefix="qusop-e2e-") as name:
        folder = pathlib.Path(name)
        open_study(app, tap, folder)
        explore(app, tap, folder)
        train_twice(app, tap)
        pull_slider(app, tap)
        export(app, tap, folder)
    code = app.quit()
    assert code == 0, f"exit code {code}"
    tap.ok("quit with exit code 0")


Tap().run(story)
