#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A new user, at the pace of a hand, from a cold start: the sample study, the population model,
the five questions, figures and the report as files. At most 90 seconds, at most 20 of them
waiting; once with pointer and keyboard, once by keyboard alone."""
import os
import pathlib
import sys
import tempfile
import time

from driver import LACKING, SKIP, App, has_state, shot, wait

# Keystroke-level model (Card, Moran and Newell 1980), seconds: to think, to point, to press a
# button of the mouse, to press a key.
THINK, POINT, BUTTON, KEY = 1.35, 1.1, 0.2, 0.28
TOTAL_S, WAITING_S = 90.0, 20.0
# Longer than any of it takes on a busy machine.
BUDGET_S = 900.0


class User:
    """Acts as a hand does, and counts what it has to wait for."""

    def __init__(self, program, with_pointer):
        self.with_pointer = with_pointer
        self.begin = time.monotonic()
        self.waited, self.told = 0.0, []
        self.app = App(program)
        self.note("the window is there")

    def note(self, what):
        self.told.append(f"{time.monotonic() - self.begin:5.1f} s, {self.waited:4.1f} s waiting: "
                         f"{what}")

    def wait(self, condition, what):
        """As one who looks four times a second."""
        start = time.monotonic()

        def look():
            if condition():
                return True
            time.sleep(0.25)
            return False

        wait(look, what, BUDGET_S)
        self.waited += time.monotonic() - start
        self.note(what)

    def key(self, *chords):
        time.sleep(THINK)
        for chord in chords:
            time.sleep(KEY * (chord.count("+") + 1))
            self.app.key(chord)

    def click(self, role, name):
        node = self.app.find(role, name)
        time.sleep(THINK + POINT + BUTTON)
        self.app.click(node)

    def do(self, role, name, *chords):
        """The pointer's way, or the keyboard's."""
        if self.with_pointer:
            self.click(role, name)
        else:
            self.key(*chords)

    def go(self, page, chord):
        self.do("list item", f", {page},", chord)
        wait(lambda: has_state(self.app.find("list item", f", {page},"), "SELECTED"), page)

    def save(self, title, path):
        """The name that the dialog proposes is a good one; where it goes is said in full."""
        self.app.focus(self.app.x_window(title))
        wait(lambda: self.app.focused("text"), "the name")
        time.sleep(THINK + KEY * 4)
        wait(lambda: self.app.enter(path), "the path")
        wait(self.app.leave_dialog, "the dialog to close")
        self.app.focus(self.app.main)
        self.wait(path.exists, f"{path.name} is written")


def use(program, with_pointer, folder):
    user = User(program, with_pointer)
    app = user.app
    try:
        user.do("push button", "Sample Study", "alt+m")
        user.wait(lambda: app.reads("480–504 h"), "the study is open")
        user.go("Model", "ctrl+5")
        user.do("push button", "Train", "ctrl+t")

        # While it is being fitted one looks at the study.
        user.go("Explore", "ctrl+3")
        wait(lambda: app.shows("image", "Observed biomarker"), "the chart")
        user.key("ctrl+e")
        user.save(App.titles["Chart"], folder / "explore.png")
        user.go("Scenarios", "ctrl+8")
        user.wait(lambda: not app.reads("Fitting") and app.reads("Up to date"), "the model is fitted")

        user.do("push button", "Five Questions", "alt+a")
        user.wait(lambda: app.shows("tree table", "Scenarios") and app.reads("Up to date"),
                  "the five questions are answered")
        user.go("Report", "ctrl+0")
        user.do("push button", "Prepare", "alt+p")
        user.go("Decide", "ctrl+7")
        wait(lambda: app.shows("image", "Dose–success curve"), "the curve")
        user.key("ctrl+e")
        user.save(App.titles["Chart"], folder / "curve.pdf")
        user.go("Report", "ctrl+0")
        user.wait(lambda: app.reads("Draft, not signed"), "the report is there")
        user.do("push button", "PDF", "alt+d")
        user.save(App.titles["Report"], folder / "report.pdf")
        user.note(f"done, after {app.worked_s():.0f} s of work by the processors")
        return user, time.monotonic() - user.begin
    except Exception:
        shot(os.path.join(os.environ.get("G_TEST_BUILDDIR", "."), "first-use-failed.png"))
        raise
    finally:
        for line in user.told:
            print(f"# {line}", flush=True)
        app.kill()


def main():
    if LACKING is not None:
        print(f"1..0 # SKIP {LACKING}")
        sys.exit(SKIP)
    good = True
    # What waits for the processors is no fault of the program's.
    idle = os.getloadavg()[0] < 0.3 * os.cpu_count()
    for number, (with_pointer, way) in enumerate(((True, "pointer and keyboard"),
                                                  (False, "keyboard alone")), 1):
        with tempfile.TemporaryDirectory(prefix="q-") as made:
            for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
                os.environ[name] = os.path.join(made, name)
            user, total = use(sys.argv[1], with_pointer, pathlib.Path(made))
        quick = total <= TOTAL_S and user.waited <= WAITING_S
        good = good and (quick or not idle)
        print(f"{'ok' if quick or not idle else 'not ok'} {number} - by {way} in {total:.1f} s, "
              f"{user.waited:.1f} s of them waiting{'' if quick or idle else ' # SKIP busy'}",
              flush=True)
    print("1..2")
    sys.exit(not good)


main()
