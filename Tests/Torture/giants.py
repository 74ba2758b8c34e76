"""Inputs that want to fill memory: a bomb, a line without an end, a nesting without a bottom."""

import gzip
import os
import subprocess
import time
import zlib

from night import SECOND, Finding, World, quiet, undisturbed

LIMIT_IN_MB = 256


def bomb(path, gigabytes, byte):
    """Writes a gzip file of one endless line, then one honest record behind a line feed."""
    honest = b'203.0.113.7 - - [30/Apr/2026:10:00:00 +0200] "GET / HTTP/1.1" 200 5 "-" "curl/8.5.0"\n'
    chunk = byte * (1 << 20)
    with open(path, "wb") as file:
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        file.write(packer.compress(honest))
        for _ in range(gigabytes << 10):
            file.write(packer.compress(chunk))
        file.write(packer.compress(b"\n" + honest) + packer.flush())


def nested(path, depth):
    """Writes an NDJSON file with one value nested so deep, and an honest record on each side."""
    honest = b'{"ts":"2026-04-30T10:00:00+02:00","event":"view","page":{"url":"https://x.example/"}}\n'
    with gzip.open(path, "wb", 1) as file:
        file.write(honest)
        file.write(b'{"ts":"2026-04-30T10:00:00+02:00","event":"view","x":' + b"[" * depth + b"]" * depth + b"}\n")
        file.write(b'{"x":' * depth + b"1" + b"}" * depth + b"\n")
        file.write(honest)


def giants(world, folder, count, seed):
    """`count` gigabytes in one line, and nesting of a million: the rest of the file is kept."""
    trial = world.copy(os.path.join(folder, "trial"))
    bomb(os.path.join(trial.path("in"), "access-20260430.log.gz"), count, b"a")
    nested(os.path.join(trial.path("in"), f"tracking-{SECOND}.ndjson.gz"), 1_000_000)
    pipeline = os.path.join(folder, "giants.yaml")
    with open(os.path.join(os.path.dirname(__file__), "night.yaml")) as file:
        text = file.read()
    with open(pipeline, "w") as file:
        file.write(text.replace("50%", "100%"))
    command = trial.command()
    command[2] = pipeline
    log = os.path.join(folder, "said")
    with open(log, "wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=quiet())
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    memory = usage.ru_maxrss / 1024
    if process.returncode != 0:
        with open(log) as file:
            raise Finding(f"ended with {process.returncode}: {file.read()[-300:]}")
    if memory >= LIMIT_IN_MB:
        raise Finding(f"{memory:.0f} MB resident")
    rows = gzip.open(rows_of(trial, "operations/access")).read().count(b"\n") - 1
    if rows != 2:
        raise Finding(f"{rows} of the 2 honest records beside the endless line were kept")
    return f"a line of {count} GB and nesting of 1,000,000: {memory:.0f} MB resident, the rest intact"


def rows_of(trial, table):
    return os.path.join(trial.path("out"), table, "data", f"dt={SECOND}", "part-00000.csv.gz")
