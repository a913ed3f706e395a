#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Everything that takes the focus has a name of its own, on every page and in every state
that a user meets on the way. GTK calls a nameless thing by its class."""
import os
import pathlib
import re

from driver import PAGES, TRAINING_BUDGET_S, Late, Tap, act, has_state, set_value, wait

SAMPLE = os.environ["QUSOP_SAMPLE"]
BAD = pathlib.Path(os.environ["QUSOP_BAD"])
# Containers of GTK's own, which a screen reader passes by, and the parts of its table.
CONTAINERS = {"scroll pane", "list", "table", "tree table", "table cell", "table row",
              "column header", "split pane"}
CLASS_NAME = re.compile(r"(Gtk|Adw|Qusop|Gdk)[A-Z]\w*")


def nameless(app):
    found = []
    for node in app.nodes():
        if not has_state(node, "FOCUSABLE") or node.get_role_name() in CONTAINERS:
            continue
        # Not ours: the button that closes a toast, and the frame around the chosen item of
        # a drop-down, which is read by its label.
        parent = node.get_parent()
        if parent is None or "AdwToastWidget" == parent.get_name():
            continue
        if "GtkListItemWidget" == node.get_name():
            continue
        name = (node.get_name() or "").strip()
        if not name or CLASS_NAME.fullmatch(name):
            found.append((node.get_role_name(), name, node.get_description()))
    return found


def check(app, tap, where):
    found = nameless(app)
    assert not found, f"{where}: {found}"
    tap.ok(f"names {where}")


def pages(app, tap, when):
    for page in PAGES:
        app.go(page)
        check(app, tap, f"on {page} {when}")


def charts_of_explore(app, tap):
    app.go("Explore")
    app.find("image", "Observed biomarker")
    app.go("Exposure")
    app.find("image", "Observed concentration")
    for label in ("Summar_y", "_Proportionality", "Sub_jects"):
        app.click(app.find("page tab", label))
        check(app, tap, f"in the table {label}")


def choose(app, drop_down, number, is_chosen):
    """An item of a drop-down, by keyboard as its list has no actions. A list that is still
    opening does not hear the keys: then once more."""
    for attempt in range(5):
        app.click(drop_down)
        app.key("Home", *["Down"] * number, "Return")
        try:
            return wait(is_chosen, f"item {number} of a drop-down", 15)
        except Late:
            app.key("Escape")
    raise Late(f"item {number} of a drop-down was not chosen")


def population_model(app, tap):
    """It alone has traces, a table of parameters, all the diagnostics and a time course."""
    app.go("Model")
    app.click(app.find("check box", "Population PK/PD"))
    set_value(app.find("spin button", "draws"), 20)
    check(app, tap, "of the settings of the population model")
    # No names come from a search, and a sanitizer makes it long.
    search = app.find("check box", "Search the structure")
    act(search, "toggle")
    wait(lambda: not has_state(search, "CHECKED"), "the search to be off")
    act(app.find("push button", "Train"), "click")
    app.find("list item", "Run 2", TRAINING_BUDGET_S)
    check(app, tap, "with the parameters of the population model")

    app.go("Diagnostics")
    app.find("image", "Goodness of fit", TRAINING_BUDGET_S)
    choice = app.find("combo box", "Figure to show")
    for number, title in ((2, "Individual fits"), (5, "Random effects"), (7, "Attainment")):
        choose(app, choice, number, lambda: app.shows("image", title))
        check(app, tap, f"with the figure {title}")
    choose(app, choice, 8, lambda: app.reads("Typical values at 70 kg"))
    check(app, tap, "with the parameters of Diagnostics")

    app.go("Decide")
    wait(lambda: app.reads("Cmax at"), "the exposure at the dose")
    check(app, tap, "on Decide with exposure and time course")


def story(app, tap):
    pages(app, tap, "without a study")
    app.open_file(SAMPLE)
    app.wait_to_read("480–504 h")
    charts_of_explore(app, tap)
    app.go("Model")
    app.click(app.find("check box", "Logistic"))
    app.click(app.find("push button", "Train"))
    app.find("list item", "Run 1")
    pages(app, tap, "with a model")
    population_model(app, tap)
    app.open_file(BAD / "dv-text.csv")
    app.wait_to_read("DV must be a number")
    check(app, tap, "on Data with findings")
    app.open_file(BAD / "empty.csv")
    app.wait_to_read("could not be opened")
    check(app, tap, "with a refusal")
    code = app.quit()
    assert code == 0, f"exit code {code}"
    tap.ok("quit with exit code 0")


Tap().run(story)
