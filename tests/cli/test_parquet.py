# SPDX-License-Identifier: Apache-2.0
"""Curves as Parquet say what the CSV beside them says: read here from the format's definition, and by
hyparquet where it is at hand."""
import csv
import json
import math
import os
import pathlib
import shutil
import struct
import subprocess

import harness as h


class Thrift:
    """Structures of the compact protocol as {field: value}."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def value(self, kind):
        if kind in (5, 6):
            n = self.varint()
            return n >> 1 ^ -(n & 1)
        if kind == 8:
            size = self.varint()
            self.at += size
            return self.data[self.at - size:self.at].decode()
        if kind == 9:
            head = self.byte()
            n = head >> 4 if head >> 4 < 15 else self.varint()
            return [self.value(head & 15) for _ in range(n)]
        assert kind == 12, kind
        found, last = {}, 0
        while (head := self.byte()) != 0:
            last += head >> 4
            found[last] = self.value(head & 15)
        return found


def levels(page, n):
    """Which of n values are there, and the rest of the page."""
    size, = struct.unpack_from("<I", page)
    runs, found = Thrift(page[4:4 + size]), []
    while runs.at < size:
        head = runs.varint()
        assert head & 1 == 0
        found += [runs.byte()] * (head >> 1)
    assert len(found) == n
    return found, page[4 + size:]


def column(data, chunk, element, n):
    meta = chunk[3]
    page = Thrift(data, meta[9])
    header = page.value(12)
    body = data[page.at:page.at + header[3]]
    assert header[5][1] == meta[5] == n and page.at + header[3] - meta[9] == meta[7]
    if meta[1] == 5:
        there, body = levels(body, n)
        numbers = iter(struct.unpack(f"<{sum(there)}d", body))
        return [next(numbers) if x else None for x in there]
    assert element[3] == 0
    texts = []
    while body:
        size, = struct.unpack_from("<I", body)
        texts.append(body[4:4 + size].decode())
        body = body[4 + size:]
    return texts


def read(path):
    data = pathlib.Path(path).read_bytes()
    size, = struct.unpack_from("<I", data, len(data) - 8)
    assert data[:4] == data[-4:] == b"PAR1"
    footer = Thrift(data, len(data) - 8 - size).value(12)
    group, = footer[4]
    schema, n = footer[2], footer[3]
    assert group[3] == n and schema[0][5] == len(group[1]) == len(schema) - 1
    return {element[4]: column(data, chunk, element, n)
            for element, chunk in zip(schema[1:], group[1])}


def same(table, path):
    with open(path, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(table) == list(rows[0]) and len(rows) > 20
    n_null = 0
    for name, values in table.items():
        assert len(values) == len(rows)
        for value, row in zip(values, rows):
            if value is None:
                n_null += 1
                assert row[name] == "", (name, row)
            elif isinstance(value, str):
                assert value == row[name]
            else:
                assert math.isclose(value, float(row[name]), rel_tol=1e-14, abs_tol=1e-300)
    return n_null


def make(folder):
    data, model = h.fit(folder, "emax", "--bootstrap", "0")
    h.good("answer", data, "--model", model, "--out", folder / "answers", "--quiet")
    h.good("solve", data, "--model", model, "--regimen", "qd", "--out", folder / "solved", "--quiet")
    return folder / "answers/curves", folder / "solved/curve"


def test_parquet_says_what_csv_says(folder):
    # Without draws there is no band: nulls.
    assert all(same(read(f"{path}.parquet"), f"{path}.csv") > 0 for path in make(folder))


READ = """
import(require.resolve('hyparquet')).then(async ({ parquetReadObjects }) => {
  const bytes = require('fs').readFileSync(process.argv[1]);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  console.log(JSON.stringify(await parquetReadObjects({ file })));
});
"""


def test_hyparquet_reads_the_same(folder):
    node = shutil.which("node")
    if node is None or not any((pathlib.Path(place) / "hyparquet").is_dir()
                               for place in os.environ.get("NODE_PATH", "").split(":")):
        raise h.Skip("hyparquet is not here (NODE_PATH tells node where to look)")
    for path in make(folder):
        own = read(f"{path}.parquet")
        out = subprocess.run([node, "-e", READ, f"{path}.parquet"], check=True, text=True,
                             stdout=subprocess.PIPE).stdout
        rows = json.loads(out)
        assert {name: [row[name] for row in rows] for name in own} == own


if __name__ == "__main__":
    h.main()
