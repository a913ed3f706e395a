#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""test_flatpak.py MANIFEST SBOM: the Flatpak manifest builds what the programs are made of.

Flatpak itself is not asked: it would fetch a runtime of a gigabyte."""
import json
import pathlib
import re
import sys

MANIFEST, SBOM = (pathlib.Path(name) for name in sys.argv[1:3])
DATA = MANIFEST.parent.parent / "data"
# What org.gnome.Platform brings; all else needs a module, named as pkg-config names it.
RUNTIME = {"glib-2.0", "cairo", "pango", "gtk4", "graphene-1.0", "libadwaita-1", "sqlite3"}


def say(number, name, problem):
    print(f"{'not ok' if problem else 'ok'} {number} - {name}")
    for line in problem:
        print(f"# {line}")


def name_problems(manifest):
    app_id = manifest["app-id"]
    wrong = [] if MANIFEST.stem == app_id else [f"{MANIFEST.name} holds {app_id}"]
    for kind in ("desktop.in", "metainfo.xml.in", "gschema.xml", "mime.xml"):
        if not (DATA / f"{app_id}.{kind}").is_file():
            wrong.append(f"data has no {app_id}.{kind}")
    command = manifest["command"]
    desktop = (DATA / f"{app_id}.desktop.in").read_text(encoding="utf-8")
    if not re.search(rf"^Exec={re.escape(command)}( |$)", desktop, re.M):
        wrong.append(f"the desktop file does not run {command}")
    metainfo = (DATA / f"{app_id}.metainfo.xml.in").read_text(encoding="utf-8")
    if f"<id>{app_id}</id>" not in metainfo:
        wrong.append(f"the metainfo is not of {app_id}")
    return wrong


def library_problems(manifest):
    modules = [module["name"] for module in manifest["modules"]]
    libraries = {package["name"] for package in json.loads(SBOM.read_text(encoding="utf-8"))["packages"]}
    libraries -= {"qusop", "compiler"}
    wrong = [f"{name} has no module" for name in sorted(libraries - RUNTIME - set(modules))]
    if len(libraries) < 10:
        wrong.append(f"the programs are made of {len(libraries)} libraries only")
    if modules[-1] != "qusop":
        wrong.append("qusop is not built last")
    return wrong


def source_problems(manifest):
    wrong = []
    for module in manifest["modules"][:-1]:
        for source in module["sources"]:
            if not source["url"].startswith("https://"):
                wrong.append(f"{module['name']} does not come by https")
            if not re.fullmatch(r"[0-9a-f]{64}", source.get("sha256", "")):
                wrong.append(f"{module['name']} has no SHA-256")
    return wrong


def permission_problems(manifest):
    """Files come through the portal; nothing is sent anywhere."""
    return [f"{right} is more than a window needs" for right in manifest["finish-args"]
            if re.match(r"--(filesystem|share=network|socket=x11|device=all)", right)]


def main():
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    print("1..4")
    say(1, "the names match", name_problems(manifest))
    say(2, "each library comes from the runtime or a module", library_problems(manifest))
    say(3, "each source is pinned", source_problems(manifest))
    say(4, "the sandbox stays closed", permission_problems(manifest))


main()
