#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""test_desktop.py BUILD: what an installed QuSOP tells the desktop, checked by the desktop's own tools."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BUILD = pathlib.Path(sys.argv[1])
APP_ID = "io.github.qusop.qusop"
NONMEM = "ID,BW,COMED,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID\n1,70,0,3,0,.,1,1,3,1,0\n"


def say(number, name, problem=None, missing=None):
    skip = f" # SKIP {missing} is not here" if missing else ""
    print(f"{'not ok' if problem else 'ok'} {number} - {name}{skip}")
    for line in (problem or "").splitlines():
        print(f"# {line}")


def problem_of(*command, env=None):
    run = subprocess.run(command, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return None if run.returncode == 0 else run.stdout or f"exit code {run.returncode}"


def content_type(path, env):
    out = subprocess.run(["gio", "info", "-a", "standard::content-type", path], env=env, text=True,
                         check=True, stdout=subprocess.PIPE).stdout
    return re.search(r"standard::content-type: (\S+)", out)[1]


def types_problem(share, folder):
    env = {**os.environ, "XDG_DATA_HOME": str(share), "LC_ALL": "C.UTF-8"}
    subprocess.run(["update-mime-database", share / "mime"], check=True, stderr=subprocess.DEVNULL)
    wanted = {
        "study.nonmem.csv": (NONMEM, "text/x-nonmem-csv"),
        "study": (NONMEM, "text/x-nonmem-csv"),
        "prices.csv": ("day,price\n1,2\n", "text/csv"),
        "case.qusop": ("{}\n", "application/x-qusop"),
    }
    wrong = []
    for name, (text, kind) in wanted.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        got = content_type(path, env)
        if got != kind:
            wrong.append(f"{name} is taken for {got}, not {kind}")
    return "\n".join(wrong) or None


def man_problem(man1):
    wrong = []
    for name in ("qusop.1", "qusop-cli.1"):
        problem = problem_of("mandoc", "-T", "lint", "-W", "warning", man1 / name)
        if problem:
            wrong.append(problem)
    page = (man1 / "qusop-cli.1").read_text(encoding="utf-8")
    text = subprocess.run([BUILD / "src/cli/qusop-cli", "--help"], text=True, check=True,
                          stdout=subprocess.PIPE).stdout
    commands = re.findall(r"^  ([a-z]+)  +\S", text, re.M)
    wrong += [f"{name} is not in qusop-cli.1" for name in commands
              if f".SS qusop\\-cli {name}" not in page]
    return "\n".join(wrong) or (None if len(commands) > 9 else "qusop-cli lists no commands")


def main():
    have = {tool: shutil.which(tool) for tool in
            ("desktop-file-validate", "appstreamcli", "update-mime-database", "gio", "mandoc")}
    print("1..5")
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        problem = problem_of("meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", root,
                             env={**os.environ, "DESTDIR": str(root)})
        found = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
        ends = ["bin/qusop", "bin/qusop-cli", "share/man/man1/qusop.1", "share/man/man1/qusop-cli.1",
                f"share/applications/{APP_ID}.desktop", f"share/metainfo/{APP_ID}.metainfo.xml",
                f"share/mime/packages/{APP_ID}.xml", f"share/glib-2.0/schemas/{APP_ID}.gschema.xml",
                f"share/icons/hicolor/scalable/apps/{APP_ID}.svg", "share/locale/de/LC_MESSAGES/qusop.mo",
                "share/qusop/sample/sample-study.csv"]
        lost = [end for end in ends if not any(path.endswith(end) for path in found)]
        say(1, "all is installed", problem or "\n".join(f"{end} is missing" for end in lost) or None)
        share = next(root.rglob("share"))

        tool = "desktop-file-validate"
        say(2, "the desktop file is valid", missing=None if have[tool] else tool,
            problem=have[tool] and problem_of(tool, share / f"applications/{APP_ID}.desktop"))
        tool = "appstreamcli"
        say(3, "the metainfo is valid", missing=None if have[tool] else tool,
            problem=have[tool] and problem_of(tool, "validate", "--no-net",
                                              share / f"metainfo/{APP_ID}.metainfo.xml"))
        good = have["update-mime-database"] and have["gio"]
        say(4, "files are known by their kind", missing=None if good else "update-mime-database",
            problem=good and types_problem(share, root))
        say(5, "the manual pages are valid and name each command",
            missing=None if have["mandoc"] else "mandoc",
            problem=have["mandoc"] and man_problem(share / "man/man1"))


main()
