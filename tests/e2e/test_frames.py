#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A slider is moved in every frame while models are fitted: nothing of ours keeps the main
thread for longer than 8 ms, and frames come as on an idle screen."""
import json
import os
import subprocess
import sys

LONGEST_MS = 8.0
FRAMES_PER_S = 55.0

# Sleeping and the rate of frames depend on who else wants the processors.
idle = os.getloadavg()[0] < 0.3 * os.cpu_count()

told = json.loads(subprocess.check_output(
    [sys.argv[1], "--measure-frames", os.environ["QUSOP_SAMPLE"]], text=True, timeout=500))
longest = told["longest"]
turns = longest.pop("turn of the main loop")
for name, one in sorted(longest.items(), key=lambda pair: -pair[1]["ms"]):
    print(f"# {name}: {one['ms']:.1f} ms, {one['cpu_ms']:.1f} ms of work, {one['n']} times")
print(f"# turn of the main loop: {turns['ms']:.1f} ms, {turns['cpu_ms']:.1f} ms of work")
print(f"# {told['fit_frames_per_s']:.1f} frames per second")

seen = {"slider", "event of a job", "end of a job", "question", "result", "model", "activity",
        "chart", "copy of the work"} <= set(longest) and turns["n"] > 500
works = all(one["cpu_ms"] <= LONGEST_MS for one in longest.values())
blocks = all(one["ms"] <= LONGEST_MS for one in longest.values())
quick = told["fit_frames_per_s"] >= FRAMES_PER_S
results = [
    (seen, "callbacks of every kind were watched while models were fitted", ""),
    (works, f"none of them works for more than {LONGEST_MS:g} ms", ""),
    (blocks or not idle, f"none of them keeps the main thread for more than {LONGEST_MS:g} ms",
     "" if idle else " # SKIP the machine is busy"),
    (quick or not idle, f"at least {FRAMES_PER_S:g} frames per second",
     "" if idle else " # SKIP the machine is busy"),
]
for i, (good, claim, remark) in enumerate(results, 1):
    print(f"{'ok' if good else 'not ok'} {i} - {claim}{remark}")
print(f"1..{len(results)}")
sys.exit(not all(good for good, _, _ in results))
