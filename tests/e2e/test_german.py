#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The window in German: words and decimal comma for the reader, while the files that it
writes are the same bytes in every country."""
import csv
import os
import pathlib
import sys
import tempfile

import driver
from driver import SKIP, TRAINING_BUDGET_S, Tap, act, wait

SAMPLE = pathlib.Path(os.environ["QUSOP_SAMPLE"])


def numbers_are_plain(path):
    """No cell has a decimal comma: a comma only ever separates cells."""
    with open(path, newline="", encoding="utf-8") as file:
        lines = list(csv.reader(file))
    assert len(lines) > 2
    assert all(len(line) == len(lines[0]) for line in lines), path
    cells = [cell for line in lines[1:] for cell in line]
    assert any("." in cell for cell in cells), path
    assert not any("," in cell for cell in cells if cell[:1].isdigit()), path


def story(app, tap):
    app.titles = {"Study": "Studie oder Projekt öffnen", "Chart": "Diagramm exportieren",
                  "Table": "Tabelle exportieren"}
    app.wait_to_read("Welche Dosis reicht aus?")
    tap.ok("the window greets in German")
    app.open_file(SAMPLE)
    app.wait_to_read("Probanden")
    app.wait_to_read("Höchstens 3,30 ng/mL")
    tap.ok("numbers have a decimal comma")

    app.key("ctrl+3")
    app.find("image", "Beobachteter Biomarker")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        app.export(folder / "chart.csv", "Chart")
        numbers_are_plain(folder / "chart.csv")
        tap.ok("the chart is written with points")
        app.key("ctrl+4")
        wait(lambda: app.shows("tree table", "Exposition jedes Probanden"), "the analysis")
        app.export(folder / "nca.csv", "Table")
        numbers_are_plain(folder / "nca.csv")
        tap.ok("the table is written with points")
    app.key("ctrl+5")
    app.click(app.find("check box", "Emax"))
    app.key("ctrl+t")
    app.key("ctrl+7")
    wait(lambda: app.reads("Aktuell"), "an answer", TRAINING_BUDGET_S)
    app.key("ctrl+0")
    act(app.find("push button", "Erstellen"), "click")
    app.wait_to_read("Entwurf, nicht unterzeichnet", TRAINING_BUDGET_S)
    app.wait_to_read("population base, once daily")
    tap.ok("the report is English all through")
    app.key("ctrl+h")
    app.wait_to_read("--threshold 3.3 ")
    tap.ok("what is on record has points")
    code = app.quit()
    assert code == 0, f"exit code {code}"
    tap.ok("quit with exit code 0")


with tempfile.TemporaryDirectory() as places:
    if driver.LACKING is None and not driver.install_locale(places, "de"):
        print("1..0 # SKIP de_DE.UTF-8 cannot be made here")
        sys.exit(SKIP)
    Tap().run(story)
