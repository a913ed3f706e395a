#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Files that are wrong: the window says in words what is wrong and where, and goes on."""
import os
import pathlib

from driver import Tap, text_of, wait, walk

SAMPLE = pathlib.Path(os.environ["QUSOP_SAMPLE"])
BAD = pathlib.Path(os.environ["QUSOP_BAD"])


def fit_quickly(app):
    app.go("Model")
    app.click(app.find("check box", "Emax"))
    app.click(app.find("push button", "Train"))
    app.find("list item", "Run 1")


def has_answer(app):
    """A dose on the card, or the plain statement that there is none."""
    for card in app.matches("panel", "Answer"):
        for node in walk(card):
            if node.get_role_name() == "label" and "of patients" in text_of(node):
                return True
    return False


def refuse(app, tap, name, words):
    """A file that cannot be read at all changes nothing but the message."""
    app.open_file(BAD / name)
    app.wait_to_read("The study could not be opened")
    for word in words:
        assert app.reads(word), f"{name}: nothing says {word!r}"
    assert app.reads(SAMPLE.name), "the study before it is still the open one"
    tap.ok(f"{name} is refused in words")


def story(app, tap):
    app.open_file(SAMPLE)
    app.wait_to_read("480–504 h")
    refuse(app, tap, "empty.csv", ["must have a header line and data rows"])
    refuse(app, tap, "quote-open.csv", ["row 6", "column DV", "must end with a quote"])

    fit_quickly(app)
    app.go("Decide")
    wait(lambda: has_answer(app), "an answer")
    refuse(app, tap, "utf16.csv", ["must be UTF-8 text"])
    assert has_answer(app), "the answer is still there"
    app.key("Escape")
    tap.ok("the study before a refusal can be fitted and answers")

    app.open_file(BAD / "dv-text.csv")
    app.wait_to_read("DV must be a number")
    assert app.reads("Row 6"), "the finding names its row"
    app.go("Model")
    app.wait_to_read("The study has findings that must be mended")
    tap.ok("a study with fatal findings shows them and cannot be fitted")
    app.open_file(SAMPLE)
    app.wait_to_read("480–504 h")
    fit_quickly(app)
    tap.ok("a sound study after it can")

    code = app.quit()
    assert code == 0, f"exit code {code}"
    tap.ok("quit with exit code 0")


Tap().run(story)
