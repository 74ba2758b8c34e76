"""Kills and faults at every system call of a run, injected by strace.

strace counts `when=` for each thread and call apart, so a point is (call, n) with n up to the most
any thread made of it.
"""

import collections
import os
import re
import shutil
import subprocess

import disks
from night import (
    Finding, Trials, World, check_absent_or_complete, check_converges, chosen, digests, quiet, undisturbed)

CALLS = [
    "openat", "read", "pread64", "write", "pwrite64", "fsync", "fdatasync", "mkdir", "mkdirat",
    "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "ftruncate", "close", "flock",
    "fchmod", "getrandom"]
DECISIVE = ("renameat2", "rename", "fsync", "fdatasync", "unlink", "unlinkat", "ftruncate", "mkdir")
ERRORS = {
    "openat": ["EMFILE", "EACCES", "EIO"], "read": ["EIO"], "pread64": ["EIO"],
    "write": ["ENOSPC", "EIO", "EDQUOT"], "pwrite64": ["ENOSPC", "EIO"],
    "fsync": ["EIO", "ENOSPC"], "fdatasync": ["EIO"], "mkdir": ["ENOSPC", "EROFS", "EACCES"],
    "renameat2": ["EIO", "ENOSPC", "EACCES"], "rename": ["EIO", "ENOSPC"], "close": ["EIO"],
    "unlink": ["EIO"], "ftruncate": ["EIO"]}


def missing():
    """Returns why the campaign cannot run here, or None."""
    try:
        probe = subprocess.run(
            ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=write", "true"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except FileNotFoundError:
        if os.environ.get("SPARSAM_REQUIRE_ALL") == "1":
            raise
        return "there is no strace"
    return None if probe.returncode == 0 else "strace may not trace here"


def strace(call, injection, log="/dev/null"):
    traced = "fdatasync,fsync" if call == "fdatasync" else call
    return [
        "strace", "-f", "-qq", "-y", "-o", log, "-e", f"trace={traced}", "-e",
        f"inject={call}:{injection}"]


def counted(command, log):
    """Returns for each call the most that one thread of the command made of it."""
    subprocess.run(
        ["strace", "-f", "-qq", "-o", log, "-e", "trace=" + ",".join(CALLS), *command],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=quiet())
    counts = collections.Counter()
    with open(log, errors="replace") as file:
        for line in file:
            match = re.match(r"(\d+) +(\w+)\(", line)
            if match:
                counts[match.groups()] += 1
    most = collections.Counter()
    for (_, call), number in counts.items():
        most[call] = max(most[call], number)
    return most


def points(world, folder):
    probe = world.copy(os.path.join(folder, "probe"))
    most = counted(probe.command(), os.path.join(folder, "calls"))
    probe.remove()
    return [(call, number) for call in CALLS for number in range(1, most[call] + 1)]


def kills(world, folder, count, seed):
    """SIGKILL at points of a run: absent or complete at once, converged after a re-run."""
    reference = undisturbed(world, os.path.join(folder, "reference"))
    everywhere = points(world, folder)
    tried = Trials(chosen(everywhere, count, seed, always=DECISIVE))
    visible = 0
    for call, number in tried:
        what = f"killed at {call} {number}"
        trial = world.copy(os.path.join(folder, "trial"))
        code, _ = trial.run(before=strace(call, f"signal=KILL:when={number}"))
        check_absent_or_complete(trial, reference, what)
        if code == 0 and trial.partitions() != reference.partitions():
            raise Finding(f"{what}: the run said 0 and has not published")
        visible += bool(trial.partitions())
        check_converges(trial, reference, what)
        trial.remove()
    control = naive_publisher(reference, folder)
    return f"{tried.done} of {len(everywhere)} points, {visible} with partitions visible; {control}"


def naive_publisher(reference, folder):
    """Negative control: a publisher that copies into place must be caught with partial datasets."""
    caught = 0
    for number in range(1, 13):
        naive = os.path.join(folder, "naive")
        subprocess.run(["rm", "-rf", naive])
        os.makedirs(naive)
        subprocess.run(
            [*strace("openat", f"signal=KILL:when={30 + 4 * number}"), "cp", "-r",
             reference.path("out"), os.path.join(naive, "out")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            check_absent_or_complete(World(naive, reference.program), reference, "")
        except Finding:
            caught += 1
    if caught == 0:
        raise Finding("the check does not see the partial datasets of a publisher that copies")
    return f"a publisher that copies was caught {caught} times in 12"


def check_arguments(world, folder):
    """A run that cannot read its arguments ends with 74; it would take itself for a call for help."""
    trial = world.copy(os.path.join(folder, "trial"))
    code, said = trial.run(before=[
        "strace", "-f", "-qq", "-o", "/dev/null", "-P", "/proc/self/maps", "-e", "trace=openat", "-e",
        "inject=openat:error=EIO"])
    # strace has a word of its own to say before.
    sentence = "sparsam: cannot read its arguments: /proc must be mounted and readable\n"
    if code != 74 or not said.endswith(sentence) or said.count("sparsam") != 1:
        raise Finding(f"arguments that cannot be read: ended with {code}: {said.strip()[:100]}")


def faults(world, folder, count, seed):
    """A call fails once: no silent damage, no fsync tried again, converged after a re-run."""
    reference = undisturbed(world, os.path.join(folder, "reference"))
    check_arguments(world, folder)
    pairs = [
        (call, number, error) for call, number in points(world, folder)
        for error in ERRORS.get(call, [])]
    tried = Trials(chosen(pairs, count, seed, always=("renameat2", "fsync", "fdatasync", "mkdir")))
    ended = collections.Counter()
    for call, number, error in tried:
        what = f"{error} from {call} {number}"
        trial = world.copy(os.path.join(folder, "trial"))
        log = os.path.join(folder, "log")
        code, said = trial.run(before=strace(call, f"error={error}:when={number}", log))
        ended[code] += 1
        check_absent_or_complete(trial, reference, what)
        if (code < 0 or code > 128) and not was_of_the_thread_monitor(log):
            raise Finding(f"{what}: the run died of a signal ({code})")
        check_noticed(trial, reference, call, code, log, what)
        if digests(trial.path("in")) != digests(reference.path("in")):
            raise Finding(f"{what}: an input was changed")
        check_converges(trial, reference, what)
        trial.remove()
    codes = ", ".join(f"{number} × exit {code}" for code, number in sorted(ended.items()))
    control = trusting_publisher(reference, folder, seed)
    return f"{tried.done} of {len(pairs)} pairs: {codes}; {control}"


def was_of_the_thread_monitor(log):
    """Whether the fault hit the thread library's own look at its workers, without which it traps.

    Dispatch reads `/proc/<process>/stat` of its threads now and then. To the run it is a kill, and the
    promises of one are asked of it.
    """
    with open(log, errors="replace") as file:
        return any("INJECTED" in line and re.search(r'"/proc/\d+(/task/\d+)?/stat"', line) for line in file)


def trusting_publisher(reference, folder, seed):
    """Negative control: a publisher that looks at no answer is caught at silent damage and at fsync."""
    program = disks.compiled(folder, "careless")
    log, place = os.path.join(folder, "log"), os.path.join(folder, "trusting")
    command = [program, reference.path("out"), os.path.join(place, "out")]

    def caught(call, number, error):
        subprocess.run(["rm", "-rf", place])
        os.makedirs(place)
        code = subprocess.run(
            [*strace(call, f"error={error}:when={number}", log), *command], stderr=subprocess.DEVNULL
        ).returncode
        try:
            check_noticed(World(place, reference.program), reference, call, code, log, "")
        except Finding:
            return True
        return False

    os.makedirs(place, exist_ok=True)
    most = counted(command, log)
    tried = [
        pair for call in ("read", "write", "fsync") for pair in chosen(
            [(call, number, error) for number in range(1, most[call] + 1) for error in ERRORS[call]],
            8, seed)]
    found = collections.Counter(call for call, number, error in tried if caught(call, number, error))
    if not found["fsync"] or found["fsync"] == found.total():
        raise Finding(f"of a publisher that looks at no answer only this was seen: {dict(found)}")
    return (
        f"a publisher that looks at no answer was caught {found.total()} times in {len(tried)}, "
        f"{found['fsync']} of them at fsync")


def check_noticed(world, reference, call, code, log, what):
    """After a fault a run that says 0 left the right bytes, and a failed fsync ended it."""
    if code == 0 and world.published() != reference.published():
        raise Finding(f"{what}: the run said 0 and left other bytes")
    if call in ("fsync", "fdatasync"):
        check_not_tried_again(log, world.path("state/ledger.sqlite-wal"), code, what)


def check_not_tried_again(log, journal, code, what):
    """After a failed fsync its data may be gone from the cache: a second one would lie.

    SQLite alone calls fdatasync. For the folder of its journal it looks at no answer; the ledger asks
    again with fsync, and looks. When it closes it copies the journal into the ledger's file; where that
    fails the journal stays, and holds everything.
    """
    failed, unanswered = set(), set()
    with open(log, errors="replace") as file:
        for line in file:
            match = re.search(r"f(?:data)?sync\(\d+<([^>]*)>\)", line)
            if not match:
                continue
            path = match.group(1)
            if path in failed:
                raise Finding(f"{what}: a failed fsync was tried again")
            if "INJECTED" in line:
                (unanswered if "fdatasync" in line and os.path.isdir(path) else failed).add(path)
            elif " fsync(" in line and "= 0" in line:
                unanswered.discard(path)
    if failed and all(".sqlite" in path and os.path.exists(journal) for path in failed):
        failed = set()
    if (failed or unanswered) and code == 0:
        raise Finding(f"{what}: a failed fsync went unnoticed")


def durability(world, folder, count, seed):
    """What is published was made durable before, each file and folder; without fsync that is seen."""
    reference = undisturbed(world, os.path.join(folder, "reference"))
    first = world.copy(os.path.join(folder, "first"))
    for name in ("out", "state"):
        shutil.rmtree(first.path(name))
    check_durable(first, folder)
    files, renames = check_durable(world.copy(os.path.join(folder, "trial")), folder)
    staged = staged_paths(os.path.join(folder, "durability"), os.path.join(folder, "trial"))
    for path in staged:
        check_awaited(world.copy(os.path.join(folder, "trial")), reference, path, folder)
    shim = disks.built_shim(folder)
    try:
        check_durable(world.copy(os.path.join(folder, "control")), folder, f"LD_PRELOAD={shim}", "SHIM=nosync")
    except Finding:
        return (
            f"{files} files, {renames} renames, all durable in time; {len(staged)} that were not ended the "
            "run; a run without fsync was found out")
    raise Finding("a run that synchronises nothing was not found out: the trace proves nothing")


def staged_paths(log, folder):
    """Returns the paths below `folder` of what was staged, files and folders, whose fsync a trace shows."""
    with open(log, errors="replace") as file:
        found = set(re.findall(r"fsync\(\d+<([^>]*/\.staging[^>]*)>", file.read()))
    for kind in ("/part-", "/_SUCCESS"):
        if not any(kind in path for path in found):
            raise Finding(f"no '{kind[1:]}' was seen: the trace proves nothing")
    return sorted({os.path.relpath(path, folder) for path in found})


def check_awaited(trial, reference, path, folder):
    """What is staged and whose fsync takes its time and fails then ends the run, whoever waits for it."""
    log, what = os.path.join(folder, "awaited"), f"fsync of '{path}' that fails late"
    code, said = trial.run(before=[
        "strace", "-f", "-qq", "-o", log, "-P", trial.path(path), "-e", "trace=fsync", "-e",
        "inject=fsync:error=EIO:delay_enter=200000"])
    with open(log, errors="replace") as file:
        if "INJECTED" not in file.read():
            raise Finding(f"{what}: there was none")
    if code != 74 or trial.partitions():
        raise Finding(f"{what}: ended with {code} and {len(trial.partitions())} partitions: {said[-200:]}")
    check_converges(trial, reference, what)


def check_durable(trial, folder, *environment):
    """Traces a run; returns how many files it published, and by how many renames.

    A file's last fsync must come after its last write, or after it was made, and be over before the rename
    that makes it visible; so must that of each folder in which a folder was made, wherever it lies, and of
    those of the staging in which a file was. When the manifest appears all that is staged is durable, and the
    folder that a rename changed is synchronised after it.
    """
    log = os.path.join(folder, "durability")
    shown = [word for pair in environment for word in ("-E", pair)]
    code, said = trial.run(before=[
        "strace", "-f", "-qq", "-y", "-s", "4096", "-o", log, *shown, "-e",
        "trace=openat,mkdir,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat,renameat2"])
    if code != 0:
        raise Finding(f"a traced run ended with {code}: {said.strip()[-300:]}")
    out = trial.path("out")
    staging = os.path.join(out, ".staging")
    # The line of the trace where a file was written last, a folder got a new file or a new folder, and where
    # either was synchronised.
    written, made, durable, published, changed, begun = {}, {}, {}, 0, {}, {}

    def require_durable(root, what):
        """Refuses what lies below `root`, itself included, and is not durable yet."""
        for path in [path for path in written if path == root or path.startswith(root + "/")]:
            if durable.get(path, -1) < written[path]:
                raise Finding(f"'{os.path.relpath(path, out)}' was {what} before it was durable")
            yield path

    with open(log, errors="replace") as file:
        for place, line in enumerate(file):
            thread = line.split(None, 1)[0]
            call = re.search(r"\b(\w+)\(\d+<([^>]*)>", line)
            if "resumed>" in line:
                if thread in begun and "sync resumed>" in line:
                    path, start = begun.pop(thread)
                    durable[path] = start
            elif call and call.group(1) in ("write", "pwrite64", "ftruncate"):
                written[call.group(2)] = place
            elif call and call.group(1) in ("fsync", "fdatasync"):
                if "<unfinished" in line:
                    begun[thread] = (call.group(2), place)
                else:
                    durable[call.group(2)] = place
            elif "mkdir(" in line and " = -1 " not in line:
                path = re.search(r'"([^"]*)"', line).group(1)
                made[os.path.dirname(path)] = place
                if path.startswith(staging + "/"):
                    written[path] = place
            elif "O_CREAT" in line:
                path = re.search(r'"([^"]*)"', line).group(1)
                if path.startswith(staging + "/"):
                    written[path] = written[os.path.dirname(path)] = place
            elif "rename" in line:
                old, new = re.findall(r'"([^"]*)"', line)[:2]
                if new.endswith("/manifest.json"):
                    list(require_durable(out, "said to be staged"))
                for path in [path for path in made if durable.get(path, -1) < made[path]]:
                    raise Finding(f"'{os.path.relpath(path, out)}' has a folder that is not durable at a rename")
                if not new.startswith(out):
                    continue
                for path in list(require_durable(old, "published")):
                    written[new + path[len(old):]] = written.pop(path)
                    durable[new + path[len(old):]] = durable.pop(path)
                    published += ".staging" not in new and not os.path.isdir(new + path[len(old):])
                for name in (old, new):
                    changed[os.path.dirname(name)] = place
    for path, place in changed.items():
        if os.path.isdir(path) and durable.get(path, -1) < place:
            raise Finding(f"the folder '{os.path.relpath(path, out)}' was changed and not made durable")
    for path, place in written.items():
        if path.startswith(out) and os.path.exists(path) and durable.get(path, -1) < place:
            raise Finding(f"'{os.path.relpath(path, out)}' was left without being durable")
    if published == 0 or not changed:
        raise Finding("no rename was seen: the trace proves nothing")
    return published, len(changed)


def network(world, folder, count, seed):
    """A run asks the kernel for no socket; a program that does is seen."""
    log = os.path.join(folder, "network")

    def calls(command):
        subprocess.run(
            ["strace", "-f", "-qq", "-o", log, "-e", "trace=%network", *command],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=quiet())
        with open(log, errors="replace") as file:
            # A look-up of users may ask a daemon of this machine, by a socket of the file system.
            return [
                line.split(None, 1)[1].split("(")[0] for line in file
                if "(" in line and "AF_UNIX" not in line]

    trial = world.copy(os.path.join(folder, "trial"))
    asked = calls(trial.command())
    if asked:
        raise Finding(f"the run called {sorted(set(asked))}")
    if not calls(["python3", "-c", "import socket; socket.socket(); socket.getaddrinfo('localhost', 1)"]):
        raise Finding("a program that opens a socket was not seen: the trace proves nothing")
    return "0 calls; a program that opens a socket was seen"
