"""Disks that are full, files that may not grow, power that fails, reads that stop short."""

import fcntl
import os
import random
import resource
import struct
import subprocess
import time

from night import (
    HERE, Finding, Trials, World, check_absent_or_complete, check_converges, digests, quiet, undisturbed)

EXT4_IOC_SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32)
NO_LOG_FLUSH = 2


def needs_root():
    return None if os.geteuid() == 0 else "only root may mount"


def mount(*words):
    subprocess.run(["mount", *words], check=True, stderr=subprocess.PIPE)


def unmount(folder):
    subprocess.run(["umount", folder], check=False, stderr=subprocess.DEVNULL)


def size_of(folder):
    return sum(
        os.path.getsize(os.path.join(place, name)) for place, _, names in os.walk(folder)
        for name in names)


def full_disk(world, folder, count, seed):
    """Output and state on a disk with little room left: exit 74, inputs intact, a re-run identical."""
    reference = undisturbed(world, os.path.join(folder, "reference"))
    disk = os.path.join(folder, "disk")
    os.makedirs(disk, exist_ok=True)
    needed = size_of(reference.path("out")) + size_of(reference.path("state"))
    ended = {}
    for step in Trials(range(count)):
        mount("-t", "tmpfs", "-o", "size=512m,mode=0700", "tmpfs", disk)
        try:
            trial = world.copy(os.path.join(disk, "trial"))
            facts = os.statvfs(disk)
            room = (facts.f_blocks - facts.f_bfree) * facts.f_frsize + 4096 + needed * step // count
            mount("-o", f"remount,size={room}", disk)
            what = f"{room} bytes of disk"
            code, said = trial.run()
            ended[code] = ended.get(code, 0) + 1
            if code not in (0, 73, 74):
                raise Finding(f"{what}: ended with {code}: {said.strip()[-300:]}")
            if code == 73:
                raise Finding(f"{what}: a full disk is exit 74, not 73: {said.strip()[-300:]}")
            check_absent_or_complete(trial, reference, what)
            if digests(trial.path("in")) != digests(reference.path("in")):
                raise Finding(f"{what}: an input was changed")
            mount("-o", "remount,size=512m", disk)
            check_converges(trial, reference, what)
        finally:
            unmount(disk)
    if 74 not in ended:
        raise Finding("no disk was small enough: the campaign proves nothing")
    return ", ".join(f"{number} × exit {code}" for code, number in sorted(ended.items()))


def small_files(world, folder, count, seed):
    """RLIMIT_FSIZE: a write that may not grow the file fails; it must not kill the run."""
    reference = undisturbed(world, os.path.join(folder, "reference"))
    ended = {}
    for step in Trials(range(count)):
        limit = 1 + step * 64_000 // count
        trial = world.copy(os.path.join(folder, "trial"))

        def limited():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

        ending = subprocess.run(
            trial.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, env=quiet(), preexec_fn=limited)
        code = ending.returncode
        ended[code] = ended.get(code, 0) + 1
        if code not in (0, 74):
            raise Finding(
                f"files of at most {limit} bytes: ended with {code}: {ending.stdout.decode()[-300:]}")
        check_absent_or_complete(trial, reference, f"files of at most {limit} bytes")
        check_converges(trial, reference, f"files of at most {limit} bytes")
        trial.remove()
    if 74 not in ended:
        raise Finding("no limit was small enough: the campaign proves nothing")
    return ", ".join(f"{number} × exit {code}" for code, number in sorted(ended.items()))


def compiled(folder, name, *more):
    """Returns the C source `name` of this folder as a program, or with `-shared` as a library."""
    program = os.path.join(folder, name)
    subprocess.run(
        ["cc", "-O1", *more, "-o", program, os.path.join(HERE, f"{name}.c"), "-ldl"], check=True)
    return program


def built_shim(folder):
    return compiled(folder, "shim", "-shared", "-fPIC")


def short_calls(world, folder, count, seed):
    """Short reads and writes and EINTR: the run succeeds with identical bytes."""
    reference = undisturbed(world, os.path.join(folder, "reference"))
    shim = built_shim(folder)
    trials = Trials(range(count))
    for turn in trials:
        mode = ("short", "eintr")[turn % 2]
        trial = world.copy(os.path.join(folder, "trial"))
        code, said = trial.run(environment={"LD_PRELOAD": shim, "SHIM": mode})
        if code != 0:
            raise Finding(f"{mode} calls: ended with {code}: {said.strip()[-300:]}")
        if trial.published() != reference.published():
            raise Finding(f"{mode} calls: other bytes")
        trial.remove()
    control = single_calls(reference, folder, shim)
    return f"{trials.done} runs with short or interrupted reads and writes, all identical; {control}"


def single_calls(reference, folder, shim):
    """Negative control: a publisher that asks once for each file must be caught in both modes."""
    program = compiled(folder, "careless")
    for mode in ("short", "eintr"):
        place = os.path.join(folder, f"careless-{mode}")
        os.makedirs(place)
        subprocess.run(
            [program, reference.path("out"), os.path.join(place, "out")], check=True,
            env=quiet({"LD_PRELOAD": shim, "SHIM": mode}))
        if World(place, reference.program).published() == reference.published():
            raise Finding(f"{mode} calls do not harm a publisher that asks once: they prove nothing")
    return "a publisher that asks once for each file was caught in both modes"


def power_cut(world, folder, count, seed):
    """The file system stops at a random moment without flushing its journal, then is mounted again."""
    shim = built_shim(folder)
    reference = undisturbed(world, os.path.join(folder, "reference"))
    dice = random.Random(seed)
    image, disk = os.path.join(folder, "disk.img"), os.path.join(folder, "disk")
    os.makedirs(disk, exist_ok=True)

    def fresh():
        """Returns the world after day one on a disk of its own."""
        with open(image, "wb") as file:
            file.truncate(96 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True, stderr=subprocess.DEVNULL)
        mount("-o", "loop", image, disk)
        trial = world.copy(os.path.join(disk, "trial"))
        os.sync()
        return trial

    def duration():
        """Returns how long a run takes there: longer than elsewhere, for it waits for that disk."""
        trial = fresh()
        try:
            begin = time.monotonic()
            trial.run()
            return time.monotonic() - begin
        finally:
            unmount(disk)

    # Half of the cuts come while it runs, half when it may have said 0: both promises are tried.
    longest = 2 * sorted(duration() for _ in range(3))[1]

    def cut(environment):
        """Returns whether the run had said 0 and the world that the cut left."""
        trial = fresh()
        process = subprocess.Popen(
            trial.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL, env=quiet(environment))
        time.sleep(dice.random() * longest)
        said = process.poll()
        handle = os.open(disk, os.O_RDONLY)
        fcntl.ioctl(handle, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        os.close(handle)
        process.kill()
        process.wait()
        unmount(disk)
        mount("-o", "loop", image, disk)
        return said == 0, World(os.path.join(disk, "trial"), world.program)

    visible, zeros = 0, 0
    trials = Trials(range(count))
    for number in trials:
        try:
            said_zero, trial = cut(None)
            check_absent_or_complete(trial, reference, f"power cut {number}")
            if said_zero and trial.partitions() != reference.partitions():
                raise Finding(f"power cut {number}: the run said 0 and the datasets are lost")
            visible += bool(trial.partitions())
            zeros += said_zero
            check_converges(trial, reference, f"power cut {number}")
        finally:
            unmount(disk)
    control = 0
    controls = range(max(6, min(trials.done // 4, 50)))
    for _ in controls:
        try:
            said_zero, trial = cut({"LD_PRELOAD": shim, "SHIM": "nosync"})
            try:
                check_absent_or_complete(trial, reference, "without fsync")
                if said_zero and trial.partitions() != reference.partitions():
                    control += 1
            except Finding:
                control += 1
        finally:
            unmount(disk)
    if control == 0:
        raise Finding("without fsync nothing was lost: the campaign proves nothing")
    return (
        f"{trials.done} cuts, {zeros} after the run had said 0, {visible} with partitions visible; without "
        f"fsync {control} of {len(controls)} lost or partial")
