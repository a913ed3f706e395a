#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The main job without a pointer: shortcuts, mnemonics, Tab and the arrow keys alone."""
import os

from driver import PAGES, TRAINING_BUDGET_S, Tap, has_state, value_of, wait, walk

SAMPLE = os.environ["QUSOP_SAMPLE"]


def type_number(app, mnemonic, name, number):
    """To a typed value by its mnemonic; Return takes the number over."""
    app.key(f"alt+{mnemonic}")
    spin = app.find("spin button", name)
    wait(lambda: app.focused(), f"the focus, after {mnemonic}")
    app.key("ctrl+a")
    app.type(number)
    app.key("Return")
    wait(lambda: value_of(spin) == number, f"{number} in {name}, not {value_of(spin)}")


def train(app, tap):
    app.go("Model")
    app.find("push button", "Train")  # the page is there and hears its mnemonics
    app.key("alt+l")
    type_number(app, "e", "Epochs", 30)
    type_number(app, "b", "Bootstrap models", 2)
    app.key("alt+t")
    app.find("list item", "Run 1 · LSTM", TRAINING_BUDGET_S)
    tap.ok("trained by mnemonics")


def explore(app, tap):
    """Into the table by Tab, down its rows: the chart points out who is chosen."""
    app.go("Explore")
    app.find("image", "Observed biomarker")
    app.key("alt+l")
    logarithmic = app.find("check box", "Logarithmic")
    wait(lambda: has_state(logarithmic, "CHECKED"), "the logarithmic axis")
    app.go("Exposure")
    chart = app.find("image", "Observed concentration")
    wait(lambda: app.shows("tree table", "Exposure of each subject"), "the analysis")
    wait(lambda: into_table(app), "Tab to reach the table")
    app.key("Down", "Down")
    wait(lambda: "Highlighted: ID" in chart.get_description(), "a subject to be pointed out")
    tap.ok("the rows of the exposure point out a subject in the chart")


def into_table(app):
    """What is inside of a table is not looked at: then nothing seems to have the focus."""
    app.key("Tab")
    return app.focused() is None


def move_slider(app, tap):
    app.go("Decide")
    wait(lambda: app.reads("Up to date"), "an answer")
    chart = app.find("image", "Dose–success curve")
    said = chart.get_description()
    slider = app.find("slider", "Threshold")
    app.key("alt+t")
    wait(lambda: app.focused(), "the typed threshold")
    wait(lambda: step_to(app, slider), "Tab to reach the slider")
    tap.ok("Tab reaches the slider")

    before = value_of(slider)
    app.key("Right", "Right", "Right", "Right")
    wait(lambda: abs(value_of(slider) - before - 0.2) < 1e-9,
         f"{before} + 0.2, not {value_of(slider)}")
    wait(lambda: app.reads("Up to date") and chart.get_description() != said,
         "another curve")
    assert app.reads("at or below 3.50") or app.reads("3.5"), "the answer names the threshold"
    tap.ok("the arrow keys move the slider and the answer")

    app.key("Left", "Left", "Left", "Left")
    wait(lambda: chart.get_description() == said, "the first curve again")
    tap.ok("the way back gives the first curve again")


def diagnose(app, tap):
    """The figure by Tab and the drop-down's keys."""
    app.go("Diagnostics")
    app.find("image", "Goodness of fit", TRAINING_BUDGET_S)
    choice = app.find("combo box", "Figure to show")
    wait(lambda: step_into(app, choice), "Tab to reach the choice of figures")
    app.key("space")
    app.key("Home", "Down", "Down", "Return")
    app.find("image", "Individual fits")
    tap.ok("a figure is chosen by keys")


def step_into(app, node):
    """As step_to(), for a widget whose inner button takes the focus."""
    if any(has_state(part, "FOCUSED") for part in walk(node)):
        return True
    app.key("Tab")
    return False


def step_to(app, node):
    if has_state(node, "FOCUSED"):
        return True
    app.key("Tab")
    return has_state(node, "FOCUSED")


def read_curve(app, tap):
    """The chart has a crosshair for the keys, which is read out."""
    chart = app.find("image", "Dose–success curve")
    said = chart.get_description()
    wait(lambda: step_to(app, chart), "Tab to reach the chart")
    app.key("Right")
    wait(lambda: chart.get_description() != said, "the crosshair's words")
    assert " mg: " in chart.get_description(), chart.get_description()
    tap.ok("the chart is read by keys")


def story(app, tap):
    for page in (*PAGES[1:], PAGES[0]):
        app.go(page)
    tap.ok("the pages by their shortcuts")
    app.open_file(SAMPLE)
    app.wait_to_read("480–504 h")
    tap.ok("a study by keys")
    explore(app, tap)
    train(app, tap)
    diagnose(app, tap)
    move_slider(app, tap)
    read_curve(app, tap)
    code = app.quit()
    assert code == 0, f"exit code {code}"
    tap.ok("quit with exit code 0")


Tap().run(story)
