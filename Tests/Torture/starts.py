"""Two starts at nearly the same moment, signals that crash, the same bytes at any thread count."""

import concurrent.futures
import hashlib
import os
import random
import signal
import subprocess
import time

from night import (
    SECOND, Finding, Trials, check_absent_or_complete, check_converges, first_day, quiet, runs, undisturbed)

CRASHES = ["SIGILL", "SIGTRAP", "SIGABRT", "SIGFPE", "SIGBUS", "SIGSEGV", "SIGQUIT"]


def pairs(world, folder, count, seed):
    """Pairs of starts 0 to 50 ms apart: one publishes, the other is locked out or finds it done."""
    reference = undisturbed(world, os.path.join(folder, "reference"))
    dice = random.Random(seed)
    locked = 0
    trials = Trials(range(count))
    for number in trials:
        trial = world.copy(os.path.join(folder, "trial"))
        first = subprocess.Popen(
            trial.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=quiet())
        time.sleep(dice.random() * 0.05)
        second = subprocess.Popen(
            trial.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=quiet())
        codes = sorted((first.wait(), second.wait()))
        if codes not in ([0, 0], [0, 75]):
            raise Finding(f"pair {number}: ended with {codes}")
        locked += codes == [0, 75]
        published = [row for row in runs(trial) if row["date"] == SECOND and row["state"] == "published"]
        if len(published) != 1 or trial.published() != reference.published():
            raise Finding(f"pair {number}: published {len(published)} times, or other bytes")
        trial.remove()
    if locked == 0:
        raise Finding("no pair met: the campaign proves nothing")
    return f"{trials.done} pairs, {locked} losers ended with 75, 0 double publishes"


def crashes(world, folder, count, seed):
    """A crash while records are in hand prints no byte of them and leaves nothing visible."""
    reference = undisturbed(world, os.path.join(folder, "reference"))
    mark = "canary" + "".join(random.Random(seed).choice("0123456789abcdef") for _ in range(26))
    pipeline = os.path.join(folder, "stdin.yaml")
    with open(os.path.join(os.path.dirname(__file__), "night.yaml")) as file:
        text = file.read()
    with open(pipeline, "w") as file:
        file.write(text.replace('"access-{date:yyyyMMdd}.log.gz"', '"-"'))
    line = (
        f'203.0.113.9 - {mark}@x.example [30/Apr/2026:10:00:00 +0200] "GET /{mark}?q={mark} '
        f'HTTP/1.1" 200 5 "https://x.example/{mark}" "{mark}"\n').encode()
    trials = Trials(range(count))
    for turn in trials:
        name = CRASHES[turn % len(CRASHES)]
        trial = world.copy(os.path.join(folder, "trial"))
        command = trial.command()
        command[command.index(os.path.join(os.path.dirname(__file__), "night.yaml"))] = pipeline
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=dict(os.environ, NO_COLOR="1"), cwd=trial.folder)
        try:
            process.stdin.write(line * 60_000)
            process.stdin.flush()
        except BrokenPipeError:
            pass
        time.sleep(0.05)
        process.send_signal(getattr(signal, name))
        said, _ = process.communicate()
        if process.returncode >= 0:
            raise Finding(f"{name}: the run was to die of it and ended with {process.returncode}")
        if mark.encode() in said or b"203.0.113.9" in said:
            raise Finding(f"{name}: bytes of a record on the way out")
        if any(entry.startswith("core") for entry in os.listdir(trial.folder)):
            raise Finding(f"{name}: a core file")
        check_absent_or_complete(trial, reference, name)
        trial.remove()
    return f"{trials.done} crashes, 0 bytes of a record"


def threads(world, folder, count, seed):
    """The same bytes at 1 to 8 threads, over files of several blocks each."""
    world = first_day(
        os.path.join(folder, "wide"), world.program, world.samples, visits=1500, orders=1500, customers=200)
    reference = undisturbed(world, os.path.join(folder, "reference"))
    trials = Trials(range(count))
    for turn in trials:
        trial = world.copy(os.path.join(folder, "trial"))
        code, said = trial.run(SECOND, "--threads", str(1 + turn % 8))
        if code != 0 or trial.published() != reference.published():
            raise Finding(f"{1 + turn % 8} threads: ended with {code} or other bytes")
        trial.remove()
    control = unordered_workers(reference, folder, seed)
    return f"{trials.done} runs at 1 to 8 threads, one set of bytes; {control}"


def unordered_workers(reference, folder, seed):
    """Negative control: workers that write a block when it is done, not when it is its turn."""
    dice = random.Random(seed)
    whole = {
        path: open(os.path.join(reference.path("out"), path), "rb").read() for path in reference.published()}
    blocks = [(path, text[at:at + 4096]) for path, text in whole.items() for at in range(0, len(text), 4096)]
    seen = 0
    for count in range(1, 9):
        written = {path: hashlib.sha256() for path in whole}

        def work(block):
            time.sleep(dice.random() / 2000)
            written[block[0]].update(block[1])

        with concurrent.futures.ThreadPoolExecutor(count) as workers:
            list(workers.map(work, blocks))
        other = {path: digest.hexdigest() for path, digest in written.items()} != reference.published()
        if other and count == 1:
            raise Finding("one worker that writes in order was to leave the same bytes")
        seen += other
    if seen == 0:
        raise Finding("workers that write out of turn were not seen: the comparison proves nothing")
    return f"workers that write out of turn were seen at {seen} of 7 counts"
