"""Compares Parquet files with their expected values in pyarrow, DuckDB and Polars.

Usage: parquet_check.py FOLDER

For every NAME.parquet in the folder there is a NAME.json: {"name", "columns": [{"name", "type",
"values"}]}. Decimals are given in minor units, dates in days and timestamps in microseconds since
1970. Exits with 1 and one line for each difference; a value is never printed, only its place.
"""

import datetime
import decimal
import json
import pathlib
import sys

import duckdb
import polars
import pyarrow
import pyarrow.parquet

EPOCH = datetime.date(1970, 1, 1)
decimal.getcontext().prec = 60


def plain(value, kind):
    """Returns a reader's value in the form of the expectation."""
    if value is None:
        return None
    if isinstance(value, decimal.Decimal):
        return int(value.scaleb(int(kind.split()[1])))
    if isinstance(value, datetime.date):
        return (value - EPOCH).days
    if isinstance(value, bool):
        return int(value)
    return value


def arrow_type(kind):
    if kind.startswith("decimal"):
        return pyarrow.decimal128(18, int(kind.split()[1]))
    return {
        "text": pyarrow.string(),
        "integer": pyarrow.int64(),
        "boolean": pyarrow.bool_(),
        "date": pyarrow.date32(),
        "timestamp": pyarrow.timestamp("us", "UTC"),
    }[kind]


def read_arrow(path, columns):
    file = pyarrow.parquet.ParquetFile(path, page_checksum_verification=True)
    table = file.read()
    table.validate(full=True)
    for column in columns:
        found = table.schema.field(column["name"]).type
        if found != arrow_type(column["type"]):
            yield column["name"], f"type {found}"
    for group in range(file.num_row_groups):
        yield from statistics(file.metadata.row_group(group), columns)
    for column in columns:
        values = table.column(column["name"])
        if column["type"] == "timestamp":
            values = values.cast(pyarrow.int64())
        yield column["name"], [plain(value, column["type"]) for value in values.to_pylist()]


def statistics(group, columns):
    """Yields what is wrong with the statistics of a row group."""
    for index, column in enumerate(columns):
        found = group.column(index).statistics
        if found is None or not found.has_null_count:
            yield column["name"], "no null_count"
            continue
        wanted = column["type"] not in ("text", "boolean") and found.num_values > 0
        if found.has_min_max != wanted:
            yield column["name"], f"has_min_max {found.has_min_max}"


def read_duckdb(path, columns):
    source = f"read_parquet('{path}')"
    types = {row[0]: row[1] for row in duckdb.sql(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    expected = {
        "text": "VARCHAR",
        "integer": "BIGINT",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "timestamp": "TIMESTAMP WITH TIME ZONE",
    }
    for column in columns:
        kind = column["type"]
        wanted = f"DECIMAL(18,{kind.split()[1]})" if kind.startswith("dec") else expected[kind]
        if types[column["name"]] != wanted:
            yield column["name"], f"type {types[column['name']]}"
        name = f'"{column["name"]}"'
        expression = {"timestamp": f"epoch_us({name})", "date": f"{name} - DATE '1970-01-01'"}
        query = f"SELECT {expression.get(kind, name)} FROM {source}"
        yield column["name"], [plain(row[0], kind) for row in duckdb.sql(query).fetchall()]


def read_polars(path, columns):
    frame = polars.read_parquet(path, use_pyarrow=False)
    expected = {
        "text": polars.String,
        "integer": polars.Int64,
        "boolean": polars.Boolean,
        "date": polars.Date,
        "timestamp": polars.Datetime("us", "UTC"),
    }
    for column in columns:
        kind = column["type"]
        wanted = polars.Decimal(18, int(kind.split()[1])) if kind[:3] == "dec" else expected[kind]
        series = frame[column["name"]]
        if series.dtype != wanted:
            yield column["name"], f"type {series.dtype}"
        if kind in ("date", "timestamp"):
            series = series.cast(polars.Int64)
        yield column["name"], [plain(value, kind) for value in series.to_list()]


def differences(path):
    expected = json.loads(path.with_suffix(".json").read_text())
    columns = expected["columns"]
    readers = {"pyarrow": read_arrow, "DuckDB": read_duckdb, "Polars": read_polars}
    for reader, read in readers.items():
        values = {}
        try:
            for name, found in read(str(path), columns):
                if isinstance(found, str):
                    yield f"{expected['name']}: {reader}: column {name}: {found}"
                else:
                    values[name] = found
        except Exception as error:  # a reader that refuses the file is a difference
            yield f"{expected['name']}: {reader}: {type(error).__name__}: {error}"
            continue
        for column in columns:
            wanted, found = column["values"], values[column["name"]]
            if len(wanted) != len(found):
                yield f"{expected['name']}: {reader}: column {column['name']}: {len(found)} rows"
                continue
            row = next((row for row in range(len(wanted)) if wanted[row] != found[row]), None)
            if row is not None:
                yield f"{expected['name']}: {reader}: column {column['name']}: row {row} differs"


def main():
    paths = sorted(pathlib.Path(sys.argv[1]).glob("*.parquet"))
    found = [line for path in paths for line in differences(path)]
    for line in found:
        print(line)
    if found or not paths:
        sys.exit(1)
    print(f"{len(paths)} files read alike by pyarrow, DuckDB and Polars")


if __name__ == "__main__":
    main()
