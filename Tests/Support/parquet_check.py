"""Compares Parquet files with their expected values in readers of other languages.

Usage: parquet_check.py FOLDER READER...

READER is pyarrow, DuckDB, Polars, Spark or fastparquet. For every NAME.parquet in the folder there
is a NAME.json: {"name", "repeats", "columns": [{"name", "type", "values"}]}; the values come
`repeats` times over. Decimals are given in minor units, dates in days and timestamps in
microseconds since 1970. Exits with 1 and one line for each difference; a value is never printed,
only its place.
"""

import decimal
import json
import pathlib
import re
import sys

import pyarrow
import pyarrow.parquet

decimal.getcontext().prec = 60


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


def expected_values(column, repeats):
    """Returns what a reader must find in a column, as one Arrow array."""
    kind, values = column["type"], column["values"]
    if kind.startswith("decimal"):
        scale = -int(kind.split()[1])
        values = [v if v is None else decimal.Decimal(v).scaleb(scale) for v in values]
    if kind == "date":
        array = pyarrow.array(values, pyarrow.int32()).cast(arrow_type(kind))
    elif kind == "timestamp":
        array = pyarrow.array(values, pyarrow.int64()).cast(arrow_type(kind))
    elif kind == "boolean":
        array = pyarrow.array([v if v is None else v == 1 for v in values], arrow_type(kind))
    else:
        array = pyarrow.array(values, arrow_type(kind))
    return pyarrow.chunked_array([array] * repeats, arrow_type(kind)).combine_chunks()


# Each reader yields for every column either what is wrong with it, or its values as Arrow.


def read_pyarrow(path, columns):
    file = pyarrow.parquet.ParquetFile(path, page_checksum_verification=True)
    table = file.read()
    table.validate(full=True)
    yield from (("*", fault) for fault in footer_faults(file.metadata))
    for index in range(file.num_row_groups):
        yield from profile(file.metadata.row_group(index), columns)
    for column in columns:
        found = table.schema.field(column["name"]).type
        if found != arrow_type(column["type"]):
            yield column["name"], f"type {found}"
        yield column["name"], table.column(column["name"])


def footer_faults(metadata):
    """Yields where a footer leaves the profile."""
    if metadata.format_version != "1.0":
        yield f"version {metadata.format_version}"
    if not re.fullmatch(r"sparsam version \S+ \(build \S+\)", metadata.created_by):
        yield "created_by"
    # A key "ARROW:schema" or "pandas" would make readers trust it more than the file.
    if set(metadata.metadata or {}) - {b"sparsam.run", b"sparsam.policy"}:
        yield "keys"


def profile(group, columns):
    """Yields where a row group's metadata leave the profile."""
    for index, column in enumerate(columns):
        chunk = group.column(index)
        found = chunk.statistics
        if found is None or not found.has_null_count:
            yield column["name"], "no null_count"
            continue
        wanted = column["type"] not in ("text", "boolean") and found.num_values > 0
        if found.has_min_max != wanted:
            yield column["name"], f"has_min_max {found.has_min_max}"
        if not set(chunk.encodings) <= {"PLAIN", "RLE", "RLE_DICTIONARY"}:
            yield column["name"], f"encodings {chunk.encodings}"


def read_duckdb(path, columns):
    import duckdb

    duckdb.sql("SET TimeZone = 'UTC'")
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
    table = duckdb.sql(f"SELECT * FROM {source}").to_arrow_table()
    for column in columns:
        yield column["name"], table.column(column["name"])


def read_polars(path, columns):
    import polars

    frame = polars.read_parquet(path, use_pyarrow=False)
    expected = {
        "text": polars.String,
        "integer": polars.Int64,
        "boolean": polars.Boolean,
        "date": polars.Date,
        "timestamp": polars.Datetime("us", "UTC"),
    }
    table = frame.to_arrow()
    for column in columns:
        kind = column["type"]
        wanted = polars.Decimal(18, int(kind.split()[1])) if kind[:3] == "dec" else expected[kind]
        if frame[column["name"]].dtype != wanted:
            yield column["name"], f"type {frame[column['name']].dtype}"
        yield column["name"], table.column(column["name"])


def spark_session():
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.session.timeZone", "UTC")
    # Dates before 1582 are those of the calendar in force now, as the format says.
    builder = builder.config("spark.sql.parquet.datetimeRebaseModeInRead", "CORRECTED")
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


def read_spark(path, columns):
    frame = spark_session().read.parquet(path)
    types = dict(frame.dtypes)
    expected = {
        "text": "string",
        "integer": "bigint",
        "boolean": "boolean",
        "date": "date",
        "timestamp": "timestamp",
    }
    for column in columns:
        kind = column["type"]
        wanted = f"decimal(18,{kind.split()[1]})" if kind.startswith("dec") else expected[kind]
        if types[column["name"]] != wanted:
            yield column["name"], f"type {types[column['name']]}"
    table = frame.toArrow()
    for column in columns:
        yield column["name"], table.column(column["name"])


def read_fastparquet(path, columns):
    import fastparquet
    import numpy
    import pandas

    file = fastparquet.ParquetFile(path)
    frame = file.to_pandas()
    # Of these this reader keeps no exact values: decimals become floats, times nanoseconds.
    for column in columns:
        kind = column["type"]
        series = frame[column["name"]]
        if kind.startswith("decimal"):
            yield column["name"], Rounded(pandas.to_numeric(series).to_numpy(float, na_value=numpy.nan))
        elif kind in ("date", "timestamp"):
            unit = "datetime64[us]"
            series = series.dt.tz_localize(None) if getattr(series.dt, "tz", None) else series
            micros = pyarrow.array(series.to_numpy().astype(unit)).cast(pyarrow.timestamp("us", "UTC"))
            yield column["name"], micros.cast(arrow_type(kind), safe=False)
        else:
            yield column["name"], pyarrow.array(series, from_pandas=True)


class Rounded:
    """Decimals as the nearest floats."""

    def __init__(self, floats):
        self.floats = floats

    def first_difference(self, expected):
        import numpy

        wanted = expected.cast(pyarrow.float64()).to_numpy(zero_copy_only=False)
        same = numpy.isclose(wanted, self.floats, rtol=1e-15, atol=0, equal_nan=True)
        return None if same.all() else int(numpy.argmin(same))


def first_difference(found, expected):
    """Returns the first row in which two columns differ, or None."""
    if isinstance(found, Rounded):
        return found.first_difference(expected)
    if isinstance(found, pyarrow.ChunkedArray):
        found = found.combine_chunks()
    found = found.cast(expected.type)
    if found.equals(expected):
        return None
    pairs = zip(found.to_pylist(), expected.to_pylist())
    return next((row for row, (a, b) in enumerate(pairs) if a != b), None)


READERS = {
    "pyarrow": read_pyarrow,
    "DuckDB": read_duckdb,
    "Polars": read_polars,
    "Spark": read_spark,
    "fastparquet": read_fastparquet,
}


def differences(path, readers):
    description = json.loads(path.with_suffix(".json").read_text())
    columns, repeats = description["columns"], description["repeats"]
    expected = {column["name"]: expected_values(column, repeats) for column in columns}
    for reader in readers:
        place = f"{description['name']}: {reader}"
        found = {}
        try:
            for name, values in READERS[reader](str(path), columns):
                if isinstance(values, str):
                    yield f"{place}: column {name}: {values}"
                    continue
                found[name] = len(values.floats if isinstance(values, Rounded) else values)
                if found[name] != len(expected[name]):
                    yield f"{place}: column {name}: {found[name]} rows"
                    continue
                row = first_difference(values, expected[name])
                if row is not None:
                    yield f"{place}: column {name}: row {row} differs"
        except Exception as error:  # a reader that refuses the file is a difference
            yield f"{place}: {type(error).__name__}"
            continue
        for name in expected:
            if name not in found:
                yield f"{place}: column {name}: not read"


def main():
    folder, readers = pathlib.Path(sys.argv[1]), sys.argv[2:]
    paths = sorted(folder.glob("*.parquet"))
    found = [line for path in paths for line in differences(path, readers)]
    for line in found:
        print(line)
    if found or not paths:
        sys.exit(1)
    print(f"{len(paths)} files read alike by {', '.join(readers)}")


if __name__ == "__main__":
    main()
