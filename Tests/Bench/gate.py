"""Holds the hot paths to thresholds that no noise touches: instructions and allocations a record.

  python gate.py --program .build/release/sparsam --samples .build/release/samples \
      --work .build/gate [--record]

Callgrind (valgrind) counts the instructions and the calls of the allocator on two inputs of different
size; the difference, divided by the difference in records, is what one more record costs. The same
program and input give the same counts to a thousandth, whatever else the machine does. `--record`
writes the thresholds anew, 5 % above what was seen for instructions, 20 % for allocations.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
THRESHOLDS = os.path.join(HERE, "thresholds.json")
DATE = "2026-04-30"
SMALL = dict(visits=2_000, orders=8_000, customers=4_000)
LARGE = dict(visits=6_000, orders=24_000, customers=12_000)
JOBS = {"j1": "access", "j2": "tracking", "j3": "orders"}
ALLOCATORS = {"malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc", "memalign"}


def generate(samples, work, name, size):
    folder = os.path.join(work, name)
    if not os.path.exists(os.path.join(folder, ".complete")):
        shutil.rmtree(folder, ignore_errors=True)
        words = [word for key, value in size.items() for word in (f"--{key}", str(value))]
        subprocess.run([samples, "--tidy", "--out", folder, "--date", DATE, *words], check=True)
        open(os.path.join(folder, ".complete"), "w").close()
    return folder


def allocations(profile):
    """Returns how often the allocator was called, from a callgrind profile."""
    total, callee, names = 0, None, {}
    function = re.compile(r"c?fn=\((\d+)\)(?: (.*))?")
    for line in profile:
        if line.startswith(("fn=", "cfn=")):
            number, name = function.match(line.rstrip("\n")).groups()
            if name is not None:
                names[number] = name.split("'")[0]
            if line.startswith("cfn="):
                callee = names.get(number)
        elif line.startswith("calls=") and callee in ALLOCATORS:
            total += int(line[6:].split()[0])
    return total


def count(program, job, data, work):
    """Runs a job under callgrind; returns instructions, allocations and records."""
    prefix = os.path.join(work, job)
    for path in (prefix, prefix + ".state"):
        shutil.rmtree(path, ignore_errors=True)
    profile = prefix + ".profile"
    environment = dict(os.environ, SWIFT_DETERMINISTIC_HASHING="1", SWIFT_BACKTRACE="enable=no")
    ending = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", program, "run",
         os.path.join(HERE, "jobs", f"{job}.yaml"), "--input", data, "--output", prefix,
         "--state", prefix + ".state", "--date", DATE, "--threads", "1"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if ending.returncode != 0:
        sys.exit(f"gate: {job} ended with {ending.returncode}:\n{ending.stdout.decode()[-2000:]}")
    run, = os.listdir(os.path.join(prefix + ".state", "runs"))
    with open(os.path.join(prefix + ".state", "runs", run, "manifest.json")) as file:
        records = json.load(file)["sources"][JOBS[job]]["records"]["read"]
    with open(profile) as file:
        calls = allocations(file)
    with open(profile) as file:
        instructions = next(int(line.split()[1]) for line in file if line.startswith("totals:"))
    return instructions, calls, records


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--samples", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    os.makedirs(options.work, exist_ok=True)
    # Valgrind cannot read this toolchain's debug information; the names of functions stay.
    program = os.path.join(options.work, "sparsam")
    subprocess.run(["strip", "--strip-debug", "-o", program, options.program], check=True)
    small = generate(options.samples, options.work, "small", SMALL)
    large = generate(options.samples, options.work, "large", LARGE)
    seen = {}
    for job in JOBS:
        first, second = count(program, job, small, options.work), count(program, job, large, options.work)
        records = second[2] - first[2]
        seen[job] = dict(
            instructions_per_record=(second[0] - first[0]) / records,
            allocations_per_thousand_records=1000 * (second[1] - first[1]) / records)
    if options.record:
        limits = {
            job: dict(
                instructions_per_record=round(row["instructions_per_record"] * 1.05),
                allocations_per_thousand_records=round(
                    row["allocations_per_thousand_records"] * 1.2 + 5))
            for job, row in seen.items()}
        with open(THRESHOLDS, "w") as file:
            json.dump(limits, file, indent=1)
            file.write("\n")
    with open(THRESHOLDS) as file:
        limits = json.load(file)
    failed = False
    for job, row in seen.items():
        for name, value in row.items():
            limit = limits[job][name]
            verdict = "ok" if value <= limit else "TOO MANY"
            failed = failed or value > limit
            print(f"gate: {job} {name.replace('_', ' ')}: {value:.0f} of at most {limit} {verdict}")
    if failed:
        sys.exit("gate: a hot path costs more than it may; mend it, or explain it and 'make gate-record'")


if __name__ == "__main__":
    main()
