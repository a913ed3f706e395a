#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What became of an export since it was written is found and named."""
import json
import os
import shutil
import subprocess

import harness as h


def export(folder, *words):
    """A study, its model and an answer from them."""
    data, model = h.fit(folder, "emax", "--bootstrap", "5")
    h.good("solve", data, "--model", model, "--regimen", "qd", "--out", folder / "out", "--quiet",
           *words)
    return data, model, folder / "out"


def flip(path, at):
    """Changes one bit of one byte."""
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= 1
    path.write_bytes(content)


def wrong(*words, says):
    code, out, err = h.run("verify", *words)
    assert code == 2 and says in err, (says, code, out, err)
    return out


def test_an_export_is_as_it_was_written(folder):
    data, model, out = export(folder)
    said = h.good("verify", out)
    n_files = len(list(out.iterdir())) - 1
    assert "solve" in said and "not signed" in said and f"{n_files} files" in said
    h.good("verify", out, "--data", data, "--model", model)


def test_one_byte_anywhere_is_seen_and_named(folder):
    data, model, out = export(folder)
    for path in sorted(out.iterdir()):
        kept = path.read_bytes()
        for at in (0, len(kept) // 2, -1):
            flip(path, at)
            wrong(out, says=path.name)
            path.write_bytes(kept)
    for at in range(0, (out / "manifest.json").stat().st_size, 97):
        kept = (out / "manifest.json").read_bytes()
        flip(out / "manifest.json", at)
        wrong(out, says="manifest.json")
        (out / "manifest.json").write_bytes(kept)
    kept = data.read_bytes()
    flip(data, 1000)
    wrong(out, "--data", data, says="study.csv")
    data.write_bytes(kept)
    flip(model, 1000)
    wrong(out, "--model", model, says="emax.json")
    h.good("verify", out)


def test_what_is_missing_or_extra_is_named(folder):
    _, _, out = export(folder)
    (out / "notes.txt").write_text("")
    wrong(out, says="notes.txt: is extra")
    (out / "curve.csv").unlink()
    assert "notes.txt: is extra" in wrong(out, says="curve.csv: is missing")
    (out / "curve.csv").symlink_to("/etc/passwd")
    wrong(out, says="curve.csv: is a link")
    (out / "curve.csv").unlink()
    os.mkfifo(out / "curve.csv")
    wrong(out, says="curve.csv: is not a regular file")
    (out / "manifest.json").unlink()
    wrong(out, says="manifest.json: is missing")
    wrong(folder / "absent", says="absent is not a folder")


def sealed(manifest):
    """The text that is as its writer would write it, whatever it says."""
    def dump(value):
        return json.dumps(value, indent=2, sort_keys=True) + "\n"
    manifest = {k: v for k, v in manifest.items() if k != "manifest_sha256"}
    import hashlib
    manifest["manifest_sha256"] = hashlib.sha256(dump(manifest).encode()).hexdigest()
    return dump(manifest)


def test_a_hostile_manifest_is_refused_in_no_time(folder):
    _, _, out = export(folder)
    path = out / "manifest.json"
    manifest = json.loads(path.read_text())
    assert sealed(manifest) == path.read_text()
    entry = manifest["files"][0]
    for name in ("../study.csv", "/etc/passwd", "..", ".", "", "manifest.json"):
        path.write_text(sealed(dict(manifest, files=[dict(entry, name=name)])))
        wrong(out, says="no file of this folder")
    path.write_text(sealed(dict(manifest, files=[entry, entry])))
    wrong(out, says="twice")
    for bad in (dict(entry, bytes=-1), dict(entry, bytes=1e300), dict(entry, more=1), 7, None):
        path.write_text(sealed(dict(manifest, files=[bad])))
        wrong(out, says="manifest.json")
    for text in ("", "{", "[]", "[" * 10**6, '{"schema": 1}', '{"a": "\\u0000"}', "\0",
                 '{"schema": "qusop-manifest/2"}', "[" + "1," * 10**6 + "1]"):
        path.write_text(text)
        wrong(out, says="manifest.json: is no manifest")
    with open(path, "wb") as file:
        file.truncate(1 << 30)
    wrong(out, says="manifest.json: has 1073741824 bytes")
    # A file that is said to be endless is not read.
    with open(out / entry["name"], "wb") as file:
        file.truncate(1 << 40)
    path.write_text(sealed(dict(manifest, files=[dict(entry, bytes=1 << 40)])))
    wrong(out, says=entry["name"])


def minisign(*words):
    done = subprocess.run(["minisign", *map(str, words)], capture_output=True)
    return done.returncode == 0


def make_key(folder):
    if shutil.which("minisign") is None:
        raise h.Skip("minisign is not installed")
    secret, public = folder / "secret.key", folder / "public.key"
    assert minisign("-G", "-W", "-s", secret, "-p", public)
    return secret, public


def test_minisign_accepts_the_signature(folder):
    secret, public = make_key(folder)
    _, _, out = export(folder, "--sign", secret)
    assert minisign("-Vm", out / "manifest.json", "-p", public)
    key = public.read_text().splitlines()[1]
    assert "signed with this key" in h.good("verify", out, "--public-key", public)
    assert "signed with this key" in h.good("verify", out, "--public-key", key)
    assert "--public-key" in h.good("verify", out)
    path = out / "manifest.json.minisig"
    kept = path.read_bytes()
    for at in range(kept.index(b"\n"), len(kept), 11):
        flip(path, at)
        wrong(out, "--public-key", public, says="manifest.json.minisig")
        path.write_bytes(kept)
    # A manifest that is whole but not what was signed.
    manifest = json.loads((out / "manifest.json").read_text())
    (out / "manifest.json").write_text(sealed(dict(manifest, command="answer")))
    h.good("verify", out)
    wrong(out, "--public-key", public, says="manifest.json.minisig")


def test_an_unsigned_export_says_so_to_who_asks(folder):
    secret, public = make_key(folder)
    data, model, out = export(folder, "--sign", secret)
    h.good("solve", data, "--model", model, "--regimen", "qd", "--out", out, "--quiet")
    assert not (out / "manifest.json.minisig").exists()
    wrong(out, "--public-key", public, says="manifest.json.minisig: is missing")
    os.mkdir(folder / "other")
    _, other = make_key(folder / "other")
    h.good("solve", data, "--model", model, "--regimen", "qd", "--out", out, "--quiet", "--sign",
           secret)
    wrong(out, "--public-key", other, says="another key")


def test_no_key_no_export(folder):
    data, model, out = export(folder)
    before = h.everything_in(folder)
    for key, word in ((folder / "absent", "absent"), (data, "no secret key")):
        code, _, err = h.run("solve", data, "--model", model, "--regimen", "qd", "--sign", key,
                             "--out", folder / "new")
        assert code == 2 and word in err, err
    assert h.everything_in(folder) == before
    code, _, err = h.run("check", data, "--sign", data)
    assert code == 1 and "--sign" in err
    code, _, err = h.run("verify", out, "--public-key", folder / "absent")
    assert code == 2 and "absent" in err


if __name__ == "__main__":
    h.main()
