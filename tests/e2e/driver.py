# SPDX-License-Identifier: Apache-2.0
"""Drives the window as a user does: AT-SPI says where things are and what they read, the
pointer and the keyboard are real (XTest). For Debian's own Python, which has gi."""
import os
import re
import shutil
import subprocess
import sys
import time
import warnings

# Nothing below gets slower by a generous budget, and a busy machine needs one.
BUDGET_S = float(os.environ.get("E2E_BUDGET_S", 60))
TRAINING_BUDGET_S = 300.0
SKIP = 77
# In the order of the rail and of Ctrl+1, Ctrl+2, …
PAGES = ("Start", "Data", "Explore", "Exposure", "Model", "Diagnostics", "Decide", "Scenarios",
         "Estimate", "Report", "History")


def missing():
    """What the machine lacks for these tests, or None."""
    tools = [tool for tool in ("xdotool", "import") if shutil.which(tool) is None]
    if tools:
        return "there is no " + " and no ".join(tools)
    if "DISPLAY" not in os.environ:
        return "there is no display: run this through tests/headless.sh"
    try:
        import gi
        gi.require_version("Atspi", "2.0")
        from gi.repository import Atspi  # noqa: F401
    except (ImportError, ValueError) as reason:
        return str(reason)
    return None


LACKING = missing()
if LACKING is None:
    warnings.simplefilter("ignore", DeprecationWarning)
    from gi.repository import Atspi, GLib

    NoSuchThing = GLib.Error
else:
    NoSuchThing = OSError


class Late(AssertionError):
    """A condition did not come true within its budget."""


def wait(condition, what, seconds=BUDGET_S):
    """Returns what the condition returns as soon as that is true. Objects that vanish
    while they are looked at are looked for again."""
    start = time.monotonic()
    while True:
        looked = time.monotonic()
        try:
            value = condition()
        except NoSuchThing:
            value = None
        if value:
            return value
        now = time.monotonic()
        if now > start + seconds:
            raise Late(f"not within {seconds:g} s: {what}")
        # Whoever looks all the time keeps the program from what is waited for.
        time.sleep(max(0.02, now - looked))


def soon(condition):
    """Whether it comes true in a moment; otherwise one tries something else."""
    try:
        return wait(condition, "soon", 2)
    except Late:
        return False


def extents(node):
    # The only coordinates that GTK 4.8 answers without a complaint.
    return Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)


def is_hidden(node):
    """Hidden widgets claim to be visible too, but they have no size. The pages of a stack
    have none either way: they are no widgets."""
    try:
        box = extents(node)
    except NoSuchThing:
        return False
    return box.width <= 0 or box.height <= 0


def walk(node, into_tables=False):
    """The node and all below it that is shown; the thousands of cells of a table only if
    they are asked for. A window that closes meanwhile is no node any more."""
    if node is None or is_hidden(node):
        return
    yield node
    if node.get_role_name() in ("table", "tree table") and not into_tables:
        return
    for i in range(node.get_child_count()):
        try:
            yield from walk(node.get_child_at_index(i), into_tables)
        except NoSuchThing:
            continue


def has_state(node, name):
    return node.get_state_set().contains(getattr(Atspi.StateType, name))


def text_of(node):
    """What a label or an entry reads; the end -1 would give nothing."""
    count = Atspi.Text.get_character_count(node)
    return Atspi.Text.get_text(node, 0, count)


def value_of(node):
    return Atspi.Value.get_current_value(node)


def set_value(node, value):
    Atspi.Value.set_current_value(node, value)


def act(node, *names):
    """Does the first of these actions that the node has."""
    count = Atspi.Action.get_n_actions(node)
    known = [Atspi.Action.get_action_name(node, i) for i in range(count)]
    for name in names:
        if name in known:
            return Atspi.Action.do_action(node, known.index(name))
    raise AssertionError(f"{node.get_name()!r} has {known}, none of {names}")


def xdotool(*words):
    return subprocess.run(["xdotool", *map(str, words)], capture_output=True, text=True,
                          check=False).stdout.split()


def install_locale(folder, language):
    """Lets programs started from now on speak a language, in its locale, which few machines
    have; False where it cannot be made."""
    country = {"ar": "ar_EG", "de": "de_DE"}[language]
    if shutil.which("localedef") is None:
        return False
    made = subprocess.run(["localedef", "-i", country, "-f", "UTF-8",
                           os.path.join(folder, f"{country}.UTF-8")],
                          capture_output=True, check=False)
    os.environ.update(LOCPATH=str(folder), LC_ALL=f"{country}.UTF-8", LANGUAGE=language)
    return made.returncode == 0


class App:
    """The program under test, and its first window."""

    titles = {"Study": "Open a Study or a Project", "Chart": "Export the Chart",
              "Table": "Export the Table", "Project": "Save the Project",
              "Report": "Save the Report"}
    export_keys = {"Chart": "ctrl+e", "Table": "ctrl+shift+e", "Project": "ctrl+shift+s"}

    def __init__(self, program, *words, **environment):
        self.process = subprocess.Popen([program, *map(str, words)],
                                        env={**os.environ, **environment})
        self.root = wait(self._find_root, "the program on the accessibility bus")
        self.main = self.x_window("QuSOP")
        self.rail = None  # the list of steps, once it was looked for
        self.point(1, 1)  # out of the way of the charts, which answer to the pointer
        self.focus(self.main)

    def _find_root(self):
        assert self.process.poll() is None, f"the program ended: {self.process.returncode}"
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child and child.get_process_id() == self.process.pid and child.get_child_count():
                return child
        return None

    # Finding.

    def nodes(self, **options):
        for i in range(self.root.get_child_count()):
            yield from walk(self.root.get_child_at_index(i), **options)

    def matches(self, role, name=None):
        for node in self.nodes():
            try:
                if node.get_role_name() == role and (name is None or name in (node.get_name() or "")):
                    yield node
            except NoSuchThing:
                continue

    def find(self, role, name=None, seconds=BUDGET_S):
        """The first thing of this role that is shown and has the name as part of its own."""
        return wait(lambda: next(self.matches(role, name), None), f"{role} {name!r}", seconds)

    def shows(self, role, name=None):
        return next(self.matches(role, name), None) is not None

    def reads(self, part):
        """A label that is shown and holds this text, or None."""
        for node in self.matches("label"):
            try:
                if part in text_of(node):
                    return node
            except NoSuchThing:
                continue
        return None

    def wait_to_read(self, part, seconds=BUDGET_S):
        return text_of(wait(lambda: self.reads(part), f"the text {part!r}", seconds))

    def focused(self, role=None):
        """What has the focus, in the window that was opened last."""
        for node in walk(self.root.get_child_at_index(self.root.get_child_count() - 1)):
            try:
                if has_state(node, "FOCUSED") and role in (None, node.get_role_name()):
                    return node
            except NoSuchThing:
                continue
        return None

    # Windows, pointer, keys.

    def x_window(self, title):
        return wait(lambda: xdotool("search", "--onlyvisible", "--all", "--pid",
                                    self.process.pid, "--name", f"^{title}$"),
                    f"the window {title!r}")[-1]

    def focus(self, window):
        xdotool("windowfocus", "--sync", window)

    def key(self, *keys):
        xdotool("key", *keys)

    def type(self, text):
        xdotool("type", "--delay", 8, text)

    def box(self, node):
        """Where a thing of the main window is within its X window: around what AT-SPI
        measures there is a border or a shadow."""
        inner, frame = extents(node), extents(self.root.get_child_at_index(0))
        facts = dict(line.split("=") for line in
                     xdotool("getwindowgeometry", "--shell", self.main))
        return (inner.x + (int(facts["WIDTH"]) - frame.width) // 2,
                inner.y + (int(facts["HEIGHT"]) - frame.height) // 2,
                inner.width, inner.height)

    def point(self, x, y):
        xdotool("mousemove", "--window", self.main, round(x), round(y))

    def click(self, node):
        x, y, width, height = self.box(node)
        self.point(x + width / 2, y + height / 2)
        xdotool("click", 1)

    def click_here(self):
        xdotool("click", 1)

    def drag_slider(self, slider, lower, upper, to):
        """Presses on the handle and pulls it to another value, in steps as a hand does."""
        x, y, width, height = self.box(slider)
        pad = height / 2  # the handle's middle stays this far from the ends
        at = [x + pad + (width - 2 * pad) * (value - lower) / (upper - lower)
              for value in (value_of(slider), to)]
        self.point(at[0], y + height / 2)
        xdotool("mousedown", 1)
        for step in range(1, 11):
            self.point(at[0] + (at[1] - at[0]) * step / 10, y + height / 2)
            time.sleep(0.02)  # the pace of the hand: nothing is waited for
        xdotool("mouseup", 1)

    def pixels(self, node):
        """The pixels of a thing as they are on the screen, three bytes each."""
        x, y, width, height = self.box(node)
        return subprocess.check_output(
            ["import", "-window", self.main, "-crop", f"{width}x{height}+{x}+{y}", "+repage",
             "-depth", "8", "rgb:-"])

    def still_pixels(self, node):
        """Waits until two looks in a row see the same."""
        def look():
            first = self.pixels(node)
            time.sleep(0.05)
            return first if self.pixels(node) == first else None
        return wait(look, "a still picture")

    # What every test does.

    def open_file(self, path):
        """Through the dialog, by keyboard alone."""
        self.key("ctrl+o")
        self.focus(self.x_window(self.titles["Study"]))
        wait(self.focused, "a dialog that takes keys")
        self.key("ctrl+l")
        wait(lambda: self.focused("text"), "the location entry")
        self.fill_dialog(path)

    def export(self, path, what="Chart"):
        """The chart of the page, or its table, to a file that the dialog is told the name of."""
        self.ask_for(path, what)
        # Written under another name and moved into place: what exists is whole.
        wait(lambda: os.path.exists(path), f"the file {path}")

    def ask_for(self, path, what="Chart"):
        self.key(self.export_keys[what])
        self.answer_dialog(path, what)

    def answer_dialog(self, path, what):
        self.focus(self.x_window(self.titles[what]))
        wait(lambda: self.focused("text"), "the name entry")
        self.fill_dialog(path)

    def fill_dialog(self, path):
        wait(lambda: self.enter(path), f"{path} in the entry")
        wait(self.leave_dialog, "the dialog to close")
        self.focus(self.main)

    def enter(self, path):
        """The dialog may complete a name while it is being typed: then it is typed again."""
        self.key("ctrl+a")
        self.type(path)
        return soon(lambda: text_of(wait(lambda: self.focused("text"), "the entry")) == str(path))

    def leave_dialog(self):
        """The first Return may go to the list of completions, which comes when it likes."""
        is_open = lambda: xdotool("search", "--onlyvisible", "--all", "--pid", self.process.pid,
                                  "--name", f"^({'|'.join(self.titles.values())})$")
        self.key("Return")
        return soon(lambda: not is_open())

    def go(self, page):
        """To a page by its shortcut."""
        number = PAGES.index(page) + 1
        if self.rail is None:
            self.rail = self.find("list item", "Step 1,").get_parent()
        self.key(f"ctrl+{number % 10}" if number <= 10 else "ctrl+h")
        row = self.rail.get_child_at_index(number - 1)
        wait(lambda: has_state(row, "SELECTED"), f"page {number}")
        time.sleep(0.1)  # its mnemonics are heard once it has been laid out

    def quit(self):
        """As a user does; returns the exit code."""
        self.focus(self.main)
        self.key("ctrl+q")
        return self.process.wait(BUDGET_S)

    def worked_s(self):
        """Seconds of the processors that it has had."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            ticks = file.read().rsplit(")", 1)[1].split()[11:13]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def shot(path):
    """The whole screen as a PNG."""
    subprocess.call(["import", "-window", "root", str(path)])


class Tap:
    """The Test Anything Protocol, and a picture of what went wrong."""

    def __init__(self):
        self.count = 0

    def ok(self, claim):
        self.count += 1
        print(f"ok {self.count} - {claim}", flush=True)

    def run(self, story):
        """Runs story(app, tap) on the program that the command line names."""
        if LACKING is not None:
            print(f"1..0 # SKIP {LACKING}")
            sys.exit(SKIP)
        app = None
        try:
            app = App(sys.argv[1], *getattr(story, "words", ()))
            story(app, self)
            print(f"1..{self.count}")
        except Exception as reason:
            name = re.sub(r"\W+", "-", os.path.basename(sys.argv[0]).removesuffix(".py"))
            picture = os.path.join(os.environ.get("G_TEST_BUILDDIR", "."), f"{name}-failed.png")
            shot(picture)
            print(f"not ok {self.count + 1} - {type(reason).__name__}: {reason}")
            print(f"# the screen is in {picture}")
            raise
        finally:
            if app is not None:
                app.kill()
