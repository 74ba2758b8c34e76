"""Proves the promises by breaking the world around a run.

  python3 Tests/Torture/torture.py --program .build/debug/sparsam --samples .build/debug/samples \
      [--long] [--most N | --count N] [--minutes N] [--seed N] [CAMPAIGN…]

Every campaign ends with its figure, and fails when its negative control does not. The exit code is 1
when one failed, and 77 when none failed but none could run here either.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time

import canaries
import disks
import giants
import night
import starts
import system_calls

# name: campaign, figure of the short form, of the long form, what it needs
CAMPAIGNS = {
    "kills": (system_calls.kills, 60, 500, system_calls.missing),
    "faults": (system_calls.faults, 100, 1000, system_calls.missing),
    "short-calls": (disks.short_calls, 4, 40, None),
    "full-disk": (disks.full_disk, 8, 60, disks.needs_root),
    "small-files": (disks.small_files, 6, 60, None),
    "power-cut": (disks.power_cut, 0, 200, disks.needs_root),
    "pairs": (starts.pairs, 50, 1000, None),
    "crashes": (starts.crashes, 7, 70, None),
    "threads": (starts.threads, 20, 100, None),
    "canaries": (canaries.canaries, 3, 100, None),
    "giants": (giants.giants, 1, 10, None),
    "durability": (system_calls.durability, 1, 1, system_calls.missing),
    "network": (system_calls.network, 1, 1, system_calls.missing),
}

# What automake and Meson take for a test that was skipped.
SKIPPED = 77


def place(name):
    """Returns where a campaign's files lie: in memory, where nothing but the power's failing needs a disk."""
    in_memory = name != "power-cut" and "TMPDIR" not in os.environ and os.access("/dev/shm", os.W_OK)
    return "/dev/shm" if in_memory and shutil.disk_usage("/dev/shm").free > 1 << 30 else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--samples", required=True)
    parser.add_argument("--long", action="store_true")
    parser.add_argument(
        "--most", type=int, help="of every figure at most so much, where there is less time")
    parser.add_argument("--count", type=int, help="every figure is so much, whatever the form says")
    parser.add_argument("--minutes", type=float, help="each campaign stops after so long, and says how far")
    parser.add_argument("--seed", type=int, default=20260430)
    parser.add_argument("campaigns", nargs="*", default=[])
    options = parser.parse_args()
    for name in options.campaigns:
        if name not in CAMPAIGNS:
            sys.exit(f"torture: there is no campaign '{name}'; there are {', '.join(CAMPAIGNS)}")
    program, samples = os.path.abspath(options.program), os.path.abspath(options.samples)
    failed = skipped = passed = 0
    for name in options.campaigns or CAMPAIGNS:
        campaign, short, long, obstacle = CAMPAIGNS[name]
        count = long if options.long else short
        if options.most is not None:
            count = min(count, options.most)
        if options.count is not None:
            count = options.count
        why = "only in the long form" if count == 0 else obstacle and obstacle()
        if why:
            print(f"{name}: skipped: {why}", flush=True)
            skipped += 1
            continue
        folder = tempfile.mkdtemp(prefix="sparsam-torture-", dir=place(name))
        begin = time.monotonic()
        if options.minutes is not None:
            night.Trials.deadline = begin + 60 * options.minutes
        try:
            world = night.first_day(os.path.join(folder, "world"), program, samples)
            figure = campaign(world, folder, count, options.seed)
            print(f"{name}: ok: {figure} ({time.monotonic() - begin:.0f} s)", flush=True)
            passed += 1
        except night.Finding as finding:
            print(f"{name}: FAILED (seed {options.seed}): {finding}", flush=True)
            failed += 1
        finally:
            disks.unmount(os.path.join(folder, "disk"))
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0 if passed else SKIPPED


if __name__ == "__main__":
    sys.exit(main())
