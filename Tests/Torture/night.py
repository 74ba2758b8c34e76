"""The night under torture: how it is made, run, disturbed and compared.

Day one is run undisturbed, so that keys and ledger exist; day two is what gets disturbed. A trial is
a copy of the world after day one. Because its keys are the same, an undisturbed day two gives the
same bytes in every copy, and "converged" can mean equality.
"""

import hashlib
import itertools
import json
import os
import random
import shutil
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PIPELINE = os.path.join(HERE, "night.yaml")
FIRST, SECOND = "2026-04-29", "2026-04-30"


class Finding(Exception):
    """A promise that did not hold. The text names places, never a value."""


class Trials:
    """The trials of a campaign: all of them, or as many as there was time for."""

    deadline = None  # of the campaign that runs, in monotonic seconds

    def __init__(self, trials):
        self.trials, self.done = trials, 0

    def __iter__(self):
        for trial in self.trials:
            if self.done and Trials.deadline is not None and time.monotonic() > Trials.deadline:
                return
            yield trial
            self.done += 1


class World:
    """Input, output and state of one trial, in a folder of its own."""

    samples = None  # what made the input, where a campaign wants another night

    def __init__(self, folder, program):
        self.folder, self.program = folder, program

    def path(self, name):
        return os.path.join(self.folder, name)

    def command(self, date=SECOND, *more):
        return [
            self.program, "run", PIPELINE, "--input", self.path("in"), "--output", self.path("out"),
            "--state", self.path("state"), "--date", date, "--threads", "1", *more]

    def run(self, date=SECOND, *more, before=(), environment=None):
        """Runs the night, perhaps behind other words such as strace's; returns code and messages."""
        ending = subprocess.run(
            [*before, *self.command(date, *more)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, env=quiet(environment))
        return ending.returncode, ending.stdout.decode(errors="replace")

    def published(self):
        """Returns every file below out/ but staging, with the digest of its content."""
        return digests(self.path("out"), leave_out=".staging")

    def partitions(self, date=SECOND):
        """Returns the visible partitions of a date: path below out/ to its files' digests."""
        found = {}
        for folder, _, _ in os.walk(self.path("out")):
            if ".staging" not in folder and os.path.basename(folder) == f"dt={date}":
                found[os.path.relpath(folder, self.path("out"))] = digests(folder)
        return found

    def copy(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder, symlinks=True)
        return World(folder, self.program)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def quiet(environment=None):
    return dict(os.environ, SWIFT_BACKTRACE="enable=no", NO_COLOR="1", **(environment or {}))


def digests(folder, leave_out=None):
    found = {}
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != leave_out)
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = hashlib.sha256(file.read()).hexdigest()
    return found


def first_day(folder, program, samples, visits=40, orders=60, customers=60):
    """Makes the world after day one: raw files of both days, day one published."""
    world = World(folder, program)
    for date in (FIRST, SECOND):
        subprocess.run(
            [samples, "--out", world.path("in"), "--date", date, "--seed", date.replace("-", ""),
             "--visits", str(visits), "--orders", str(orders), "--customers", str(customers)],
            check=True)
    code, said = world.run(FIRST)
    if code != 0:
        raise Finding(f"day one ended with {code}: {said}")
    # The ledger knows where the output lies, and follows it only when that place is gone.
    template = World(folder + ".template", program)
    os.rename(folder, template.folder)
    template.samples = samples
    return template


def undisturbed(world, folder):
    """Returns the world after an undisturbed day two."""
    reference = world.copy(folder)
    code, said = reference.run()
    if code != 0:
        raise Finding(f"an undisturbed day two ended with {code}: {said}")
    return reference


def check_absent_or_complete(world, reference, what):
    """Every visible partition of day two holds exactly what the undisturbed run published."""
    whole = reference.partitions()
    for path, files in world.partitions().items():
        if files != whole.get(path):
            raise Finding(f"{what}: partition '{path}' is visible and not complete")


def check_converges(world, reference, what):
    """A plain re-run publishes the same bytes; a second one changes no file."""
    code, said = world.run()
    if code != 0:
        raise Finding(f"{what}: the re-run ended with {code}: {said.strip()[-400:]}")
    if world.published() != reference.published():
        other = sorted(
            set(world.published().items()) ^ set(reference.published().items()))
        raise Finding(f"{what}: the re-run left other bytes: {sorted({path for path, _ in other})[:4]}")
    if os.path.exists(world.path("out/.staging")) and os.listdir(world.path("out/.staging")):
        raise Finding(f"{what}: the re-run left something in staging")
    published = [row for row in runs(world) if row["date"] == SECOND and row["state"] == "published"]
    if len(published) != 1:
        raise Finding(f"{what}: the ledger has {len(published)} published runs of one night")
    before = times(world.path("out"))
    code, _ = world.run()
    if code != 0 or times(world.path("out")) != before:
        raise Finding(f"{what}: a second re-run ended with {code} or changed a file")


def runs(world):
    """Returns what the ledger tells of the runs."""
    answer = subprocess.run(
        [world.program, "runs", "--state", world.path("state"), "--json"], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=quiet())
    if answer.returncode != 0:
        raise Finding(f"'runs' ended with {answer.returncode}")
    return json.loads(answer.stdout)["runs"]


def times(folder):
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            facts = os.stat(os.path.join(place, name))
            found[os.path.join(place, name)] = (facts.st_mtime_ns, facts.st_ino, facts.st_size)
    return found


def chosen(points, count, seed, always=()):
    """Draws `count` of the points, those of `always` first and of these each call in its turn."""
    points = list(points)
    if len(points) <= count:
        return points
    turns = {}
    for point in points:
        if point[0] in always:
            turns.setdefault(point[0], []).append(point)
    kept = [
        point for turn in itertools.zip_longest(*turns.values()) for point in turn if point][:count]
    rest = [point for point in points if point not in kept]
    random.Random(seed).shuffle(rest)
    return kept + rest[:count - len(kept)]
