"""The bench jobs in Polars, with HMAC-SHA-256 from the plugin polars-hash."""

import os

from job import BANDS, FAMILIES, KEY, LAST_BAND, MONTHS, arguments

job, source, prefix, threads = arguments()
os.environ["POLARS_MAX_THREADS"] = str(threads)

import polars as pl  # noqa: E402  (it reads the number of threads when it is loaded)
import polars_hash as plh  # noqa: E402

column, literal = pl.col, pl.lit


def token(expression):
    return expression.chash.hmac_sha256(key=KEY).str.slice(0, 32)


if job in ("j1", "j1s"):
    names = "ip ident account stamp zone request status bytes referrer agent".split()
    numbers = {"status": pl.Int64, "bytes": pl.Int64}
    lines = pl.scan_csv(
        source, has_header=False, separator=" ", quote_char='"',
        schema={name: numbers.get(name, pl.String) for name in names})
    request = column("request").str.split_exact(" ", 2)
    month = column("stamp").str.slice(4, 3).replace_strict(
        MONTHS, [f"{number:02}" for number in range(1, 13)], return_dtype=pl.String)
    family = literal("other")
    for name, marks in reversed(FAMILIES):
        family = pl.when(column("agent").str.contains_any(marks)).then(literal(name)).otherwise(family)
    old, new = column("ip").str.split_exact(".", 3), column("ip").str.split_exact(":", 7)
    lines.with_columns(target=request.struct[1], method=request.struct[0]).select(
        hour=pl.concat_str([
            column("stamp").str.slice(8, 4), literal("-"), month, literal("-"),
            column("stamp").str.slice(1, 2), literal("T"), column("stamp").str.slice(13, 2),
            literal(":00:00"), column("zone").str.slice(0, 3), literal(":"),
            column("zone").str.slice(3, 2)]),
        method=column("method"),
        page=column("target").str.splitn("?", 2).struct[0],
        campaign=column("target").str.extract(r"[?&]utm_source=([^&]*)", 1),
        status=column("status"), bytes=column("bytes"),
        network=pl.when(column("ip").str.contains(":", literal=True))
        .then(pl.concat_str([new.struct[0], new.struct[1], new.struct[2]], separator=":") + "::/48")
        .otherwise(
            pl.concat_str([old.struct[0], old.struct[1], old.struct[2]], separator=".") + ".0/24"),
        visitor=token(plh.concat_str(["ip", "agent"], separator="|")),
        browser=family,
    ).sink_csv(
        prefix + ".csv.gz", compression="gzip", compression_level=6, maintain_order=False,
        engine="streaming")
elif job == "j2":
    schema = {
        "ts": pl.String, "event": pl.String, "client_id": pl.String,
        "user": pl.Struct({"id": pl.String}), "page": pl.Struct({"url": pl.String}),
        "product": pl.Struct({"category": pl.String}),
        "items": pl.List(pl.Struct({"price": pl.Float64, "quantity": pl.Int64})),
    }
    path = column("page").struct.field("url").str.extract(r"^https?://[^/?#]*(/[^?#]*)", 1)
    total = pl.element().struct.field("price") * pl.element().struct.field("quantity")
    pl.scan_ndjson(source, schema=schema).with_columns(
        person=pl.coalesce(column("user").struct.field("id"), column("client_id"))
    ).select(
        event=column("event"),
        hour=column("ts").str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="us").dt.truncate("1h"),
        shopper=token(plh.col("person")),
        page=path.fill_null("/"),
        category=column("product").struct.field("category"),
        revenue=column("items").list.eval(total).list.sum().fill_null(0).round(2),
    ).sink_parquet(prefix + ".parquet", compression="zstd", engine="streaming")
else:
    names = (
        "order_id ordered_at customer_no first_name last_name email phone street zip city country "
        "sku product category quantity unit_price discount payment iban note").split()
    numbers = {"quantity": pl.Int64, "unit_price": pl.Float64, "discount": pl.Float64}
    stamp = column("ordered_at")
    lines = pl.scan_csv(
        source, separator=";", schema={name: numbers.get(name, pl.String) for name in names}
    ).select(
        "order_id", "customer_no", "category", "country", "quantity",
        day=pl.concat_str(
            [stamp.str.slice(6, 4), stamp.str.slice(3, 2), stamp.str.slice(0, 2)], separator="-"),
        total=column("quantity") * column("unit_price") * (1 - column("discount")),
    ).collect(engine="streaming").lazy()
    cells = lines.group_by("day", "category", "country").agg(
        orders=column("order_id").n_unique(), buyers=column("customer_no").n_unique(),
        units=column("quantity").sum(), revenue=column("total").sum().round(4),
    ).filter(column("buyers") >= 10).sort("day", "category", "country")
    band = literal(LAST_BAND)
    for end, name in reversed(BANDS):
        band = pl.when(column("sum") < end).then(literal(name)).otherwise(band)
    persons = lines.group_by("customer_no").agg(
        last=column("day").max(), orders=column("order_id").n_unique(), sum=column("total").sum()
    ).select(buyer=token(plh.col("customer_no")), last="last", orders="orders", revenue=band)
    cells, persons = pl.collect_all([cells, persons], engine="streaming")
    cells.write_csv(prefix + ".csv")
    persons.write_parquet(prefix + ".parquet", compression="zstd")
