"""What every tool's result of a job must agree on, computed by DuckDB from the files it wrote."""

import glob
import json
import os
import sys

import duckdb


def table(prefix, suffixes):
    """Returns the one result file with this prefix: a plain file, or below a published folder."""
    for suffix in suffixes:
        for pattern in (f"{prefix}{suffix}", f"{prefix}/*/*/data/dt=*/part-*{suffix}"):
            found = sorted(glob.glob(pattern))
            if found:
                return found
    raise FileNotFoundError(f"no result '{prefix}' with one of {suffixes}")


def csv(paths):
    return f"read_csv({paths!r}, header = true, all_varchar = true)"


def byte_count(prefix):
    """Returns the bytes of the job's data files."""
    paths = glob.glob(f"{prefix}.csv*") + glob.glob(f"{prefix}.parquet")
    paths += glob.glob(f"{prefix}/*/*/data/dt=*/part-*")
    return sum(os.path.getsize(path) for path in paths)


def figures(job, prefix):
    """Returns the figures of a job as a dictionary; equal ones mean equal work."""
    db = duckdb.connect()
    if job in ("j1", "j1s"):
        row = db.sql(f"""
          SELECT count(*), sum(status::BIGINT), sum(bytes::BIGINT), count(DISTINCT visitor),
            count(campaign), count(DISTINCT page), count(DISTINCT network), count(DISTINCT hour)
          FROM {csv(table(prefix, ['.csv.gz']))}""").fetchall()[0]
        names = "rows status bytes visitors campaigns pages networks hours"
    elif job == "j2":
        row = db.sql(f"""
          SELECT count(*), count(DISTINCT shopper), round(sum(revenue::DOUBLE), 2),
            count(DISTINCT event), count(DISTINCT page), count(category), count(DISTINCT hour)
          FROM read_parquet({table(prefix, ['.parquet'])!r})""").fetchall()[0]
        names = "rows shoppers revenue events pages categories hours"
    else:
        cells = db.sql(f"""
          SELECT count(*), sum(orders::BIGINT), sum(buyers::BIGINT), sum(units::BIGINT),
            round(sum(revenue::DOUBLE), 2)
          FROM {csv(table(prefix, ['.csv']))}""").fetchall()[0]
        persons = db.sql(f"""
          SELECT count(*), count(DISTINCT buyer), sum(orders), count(DISTINCT revenue)
          FROM read_parquet({table(prefix, ['.parquet'])!r})""").fetchall()[0]
        row = cells + persons
        names = "cells orders buyers units revenue persons tokens orders_of_persons bands"
    return dict(zip(names.split(), (float(value) for value in row)))


if __name__ == "__main__":
    # Called as a program of its own: what forks from a process counts that one's memory as its peak.
    print(json.dumps(dict(bytes=byte_count(sys.argv[2]), figures=figures(sys.argv[1], sys.argv[2]))))
