"""Times the bench jobs in Sparsam and in the tools that its users would pick instead.

  python bench.py --program .build/release/sparsam --samples .build/release/samples \
      --work .build/bench --sizes S,M --runs 3 [--save Tests/Bench/results]

Every tool does every job in turn (A B C, A B C, …), so that a machine whose speed drifts slows all of
them; quoted are medians and ratios. The operating system's own accounting of each finished process
gives processor time and peak memory. Results are compared before a time counts.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time

import chart

HERE = os.path.dirname(os.path.abspath(__file__))
DATE = "2026-04-30"
INPUTS = {
    "j1": "access-20260430.log.gz", "j1s": "access-20260430.log.gz",
    "j2": "tracking-2026-04-30.ndjson.gz", "j3": "orders-2026-04-30.csv.gz",
}
TITLES = {
    "j1": "access log → CSV.gz", "j1s": "access log → CSV.gz, small",
    "j2": "tracking → Parquet", "j3": "orders → cells and buyers",
}
# About 64 MB, 600 MB and 2.4 GB of raw text a source.
SIZES = {
    "S": dict(visits=36_000, orders=165_000, customers=80_000),
    "M": dict(visits=340_000, orders=1_550_000, customers=750_000),
    "L": dict(visits=1_360_000, orders=6_200_000, customers=3_000_000),
}
PEERS = ["duckdb", "polars", "chdb"]


def generate(samples, work, size):
    """Makes the raw files of a size, once."""
    folder = os.path.join(work, f"data-{size}")
    if not os.path.exists(os.path.join(folder, ".complete")):
        shutil.rmtree(folder, ignore_errors=True)
        print(f"bench: generating size {size}", file=sys.stderr, flush=True)
        options = [f"--{name}={value}" for name, value in SIZES[size].items()]
        words = [word for option in options for word in option.split("=")]
        subprocess.run(
            [samples, "--tidy", "--out", folder, "--date", DATE, *words], check=True)
        open(os.path.join(folder, ".complete"), "w").close()
    return folder


def measured(command, log):
    """Runs a command; returns wall and processor seconds and the peak memory in MB."""
    with open(log, "wb") as output:
        begin = time.monotonic()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}; see {log}")
    return dict(wall=wall, cpu=usage.ru_utime + usage.ru_stime, memory=usage.ru_maxrss / 1024)


def run(tool, job, data, options, threads):
    """Does a job once; returns what it took and where its result lies."""
    prefix = os.path.join(options.work, f"{tool}-{job}")
    log = prefix + ".log"
    for path in (prefix, prefix + ".state"):
        shutil.rmtree(path, ignore_errors=True)
    if tool == "sparsam":
        command = [
            options.program, "run", os.path.join(HERE, "jobs", f"{job}.yaml"), "--input", data,
            "--output", prefix, "--state", prefix + ".state", "--date", DATE,
            "--threads", str(threads)]
    else:
        command = [
            sys.executable, os.path.join(HERE, "peers", f"{tool}_jobs.py"), job,
            os.path.join(data, INPUTS[job]), prefix, str(threads)]
    return measured(command, log), prefix


def median(rows, name):
    return statistics.median(row[name] for row in rows)


def measure(job, size, data, options):
    """Returns for each tool its medians, output bytes and figures."""
    tools = ["sparsam"] + [peer for peer in options.peers if (peer, job) not in options.broken]
    rows = {tool: [] for tool in tools}
    result = {}
    for turn in range(options.runs + 1):
        for tool in list(rows):
            try:
                row, prefix = run(tool, job, data, options, options.threads)
            except RuntimeError as error:
                if tool == "sparsam":
                    raise
                print(f"bench: {tool} {job}: {error}", file=sys.stderr)
                options.broken.add((tool, job))
                del rows[tool]
                continue
            if turn == 0:
                result[tool] = json.loads(subprocess.run(
                    [sys.executable, os.path.join(HERE, "figures.py"), job, prefix], check=True,
                    stdout=subprocess.PIPE).stdout)
            else:
                rows[tool].append(row)
    for tool, taken in rows.items():
        result[tool].update({name: median(taken, name) for name in ("wall", "cpu", "memory")})
        result[tool]["equal"] = result[tool]["figures"] == result["sparsam"]["figures"]
    return {tool: result[tool] for tool in rows}


def ratios(result):
    """Returns Sparsam's figures against the best peer's, figure by figure, of those that agree."""
    peers = {tool: row for tool, row in result.items() if tool != "sparsam" and row["equal"]}
    if not peers:
        return None
    own, best = result["sparsam"], min(peers, key=lambda tool: peers[tool]["wall"])
    return dict(
        peer=best, wall=own["wall"] / peers[best]["wall"],
        cpu=own["cpu"] / min(row["cpu"] for row in peers.values()),
        bytes=own["bytes"] / peers[best]["bytes"],
        memory=own["memory"] / min(row["memory"] for row in peers.values()))


def show(results):
    print(f"{'job':4} {'size':4} {'tool':8} {'wall s':>7} {'cpu s':>7} {'peak MB':>8} {'bytes':>11}  result")
    for entry in results["jobs"]:
        for tool, row in entry["tools"].items():
            print(
                f"{entry['job']:4} {entry['size']:4} {tool:8} {row['wall']:7.2f} {row['cpu']:7.2f} "
                f"{row['memory']:8.0f} {row['bytes']:11}  {'equal' if row['equal'] else 'DIFFERS'}")
        ratio = entry["ratios"]
        if ratio:
            print(
                f"     against the best peer ({ratio['peer']}): wall {ratio['wall']:.2f}, cpu "
                f"{ratio['cpu']:.2f}, bytes {ratio['bytes']:.2f}, memory {ratio['memory']:.2f}")
    for job, row in results.get("threads", {}).items():
        print(f"{job}: two threads are {row:.2f} times as fast as one")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--samples", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--sizes", default="S,M")
    parser.add_argument("--jobs", default="j1,j1s,j2,j3")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--save", help="folder that receives bench.json and bench.svg")
    options = parser.parse_args()
    options.peers = [peer for peer in options.peers.split(",") if peer]
    options.broken = set()
    os.makedirs(options.work, exist_ok=True)
    results = dict(
        machine=dict(processors=os.cpu_count(), architecture=platform.machine()),
        threads_used=options.threads, runs=options.runs, jobs=[])
    for size in options.sizes.split(","):
        data = generate(options.samples, options.work, size)
        for job in options.jobs.split(","):
            print(f"bench: {TITLES[job]}, size {size}", file=sys.stderr, flush=True)
            tools = measure(job, size, data, options)
            results["jobs"].append(
                dict(job=job, title=TITLES[job], size=size, tools=tools, ratios=ratios(tools)))
    if "j1" in options.jobs.split(",") and options.threads > 1:
        data = generate(options.samples, options.work, options.sizes.split(",")[-1])
        one = [run("sparsam", "j1", data, options, 1)[0]["wall"] for _ in range(options.runs)]
        two = [run("sparsam", "j1", data, options, 2)[0]["wall"] for _ in range(options.runs)]
        results["threads"] = {"j1": statistics.median(one) / statistics.median(two)}
    show(results)
    saved = options.save or options.work
    os.makedirs(saved, exist_ok=True)
    with open(os.path.join(saved, "bench.json"), "w") as file:
        json.dump(results, file, indent=1, sort_keys=True)
        file.write("\n")
    with open(os.path.join(saved, "bench.svg"), "w") as file:
        file.write(chart.draw(results))
    print(f"written: {saved}/bench.json, {saved}/bench.svg")
    if any(not row["equal"] for entry in results["jobs"] for row in entry["tools"].values()):
        sys.exit("bench: the tools' results differ")


if __name__ == "__main__":
    main()
