# SPDX-License-Identifier: Apache-2.0
"""What the tests of the command line share: running it, a small study, TAP."""
import csv
import hashlib
import json
import math
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

CLI = sys.argv[1]
SOURCE = pathlib.Path(os.environ.get("QUSOP_SOURCE", pathlib.Path(__file__).parents[2]))
SAMPLE = SOURCE / "data/sample/sample-study.csv"
COLUMNS = "ID BW COMED DOSE TIME DV EVID MDV AMT CMT DVID".split()
# A network that is trained in a moment.
TINY = ("--epochs", "12", "--early-stopping", "off", "--bootstrap", "2")


class Skip(Exception):
    """The machine lacks what the test needs."""


def run(*words, **options):
    """Runs qusop-cli; returns its exit code, stdout and stderr."""
    done = subprocess.run([CLI, *map(str, words)], capture_output=True, timeout=280, **options)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def good(*words):
    """As run(), for what must work; returns stdout."""
    code, out, err = run(*words)
    assert code == 0, f"{words}: exit {code}\n{out}\n{err}"
    return out


def study_rows(n_per_arm=4, arms=(0, 1, 3, 10)):
    """Twenty-one daily doses; biomarker and concentration observed after the last one."""
    noise = random.Random(7)
    rows = []
    for number in range(n_per_arm * len(arms)):
        arm, comed = arms[number % len(arms)], number // len(arms) % 2
        weight = 52 + number * 41 % 48
        effect = noise.gauss(0, 0.15)
        base = [number + 1, weight, comed, arm]
        if arm > 0:
            rows += [base + [24 * k, ".", 1, 1, arm, 1, "."] for k in range(21)]
        for hour in (0, 1, 2, 4, 8, 12, 16, 20, 24):
            u = arm / weight
            inhibition = 0.95 * u / (0.03 + u) * (1 - 0.05 * math.cos(hour / 12 * math.pi))
            marker = 17 * math.exp(effect + 0.25 * comed + noise.gauss(0, 0.1)) * (1 - inhibition)
            rows.append(base + [480 + hour, f"{marker:.4f}", 0, 0, 0, 3, 2])
            if arm > 0:
                level = 40 * u * math.exp(-hour / 40 + noise.gauss(0, 0.1))
                rows.append(base + [480 + hour, f"{level:.4f}", 0, 0, 0, 2, 1])
    return sorted(rows, key=lambda row: (row[0], row[4], -row[6]))


def write_study(path, **options):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(study_rows(**options))
    return path


def fit(folder, model, *words):
    """Writes the small study and a model of it, without a search."""
    data = write_study(folder / "study.csv")
    path = folder / f"{model}.json"
    if model == "pkpd" and "--structure" not in words:
        words += ("--structure", "usual")
    good("fit", data, "--model", model, "--out", path, "--quiet", *words)
    return data, path


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def check_manifest(folder):
    """Every file of the folder is in its manifest with the right hash, and no other is."""
    manifest = json.loads((folder / "manifest.json").read_text())
    files = {file["name"]: file for file in manifest["files"]}
    assert set(files) | {"manifest.json"} == set(os.listdir(folder)), files
    for name, file in files.items():
        assert file["sha256"] == sha256(folder / name), name
        assert file["bytes"] == (folder / name).stat().st_size, name
    assert manifest["versions"]["qusop"] and manifest["config"]["seed"]
    return manifest


def table(path):
    """The rows of a CSV file by the names of its columns."""
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def everything_in(folder):
    return sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*"))


def strip(value, *names):
    """A JSON value without the fields that may differ between runs."""
    if isinstance(value, dict):
        return {k: strip(v, *names) for k, v in value.items() if k not in names}
    if isinstance(value, list):
        return [strip(v, *names) for v in value]
    return value


def assert_close(found, wanted, where="", tolerance=1e-9):
    if isinstance(wanted, dict):
        assert isinstance(found, dict) and set(found) == set(wanted), (where, found)
        for key in wanted:
            assert_close(found[key], wanted[key], f"{where}.{key}", tolerance)
    elif isinstance(wanted, list):
        assert isinstance(found, list) and len(found) == len(wanted), (where, found)
        for i, pair in enumerate(zip(found, wanted)):
            assert_close(*pair, f"{where}[{i}]", tolerance)
    elif isinstance(wanted, float):
        assert isinstance(found, float), (where, found, wanted)
        assert abs(found - wanted) <= tolerance * max(1.0, abs(wanted)), (where, found, wanted)
    else:
        assert found == wanted, (where, found, wanted)


def interrupt(words, folder, stage, number):
    """Starts a command and sends the signal once the stage has begun; returns the exit code
    and the seconds from signal to end."""
    log_path = folder / "stderr.log"
    with open(log_path, "wb") as log:
        process = subprocess.Popen([CLI, *map(str, words), "--progress=json"], stderr=log,
                                   stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 200
        while f'"stage": "{stage}"' not in log_path.read_text():
            assert process.poll() is None, log_path.read_text()[-2000:]
            assert time.monotonic() < deadline, f"{stage} did not begin"
            time.sleep(0.01)
        start = time.monotonic()
        process.send_signal(number)
        code = process.wait(timeout=60)
        seconds = time.monotonic() - start
    log_path.unlink()
    return code, seconds


def main():
    """Runs the test functions of the calling script, each in a folder of its own; prints TAP."""
    module = sys.modules["__main__"]
    tests = [value for name, value in vars(module).items() if name.startswith("test_")]
    failed = 0
    print(f"1..{len(tests)}")
    for i, test in enumerate(tests, 1):
        name = test.__name__.removeprefix("test_").replace("_", "-")
        folder = pathlib.Path(tempfile.mkdtemp(prefix="qusop-cli-"))
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        os.environ["QUSOP_REGISTRY"] = "off"
        try:
            test(folder)
            print(f"ok {i} {name}", flush=True)
        except Skip as reason:
            print(f"ok {i} {name} # SKIP {reason}", flush=True)
        except Exception:  # a test that fails must not keep the others from running
            failed += 1
            for line in traceback.format_exc().splitlines():
                print("#", line)
            print(f"not ok {i} {name}", flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(failed > 0)
