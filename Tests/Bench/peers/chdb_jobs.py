"""The bench jobs in ClickHouse, as the library chDB, with its own HMAC."""

import os

import chdb

from job import BANDS, FAMILIES, KEY, LAST_BAND, MONTHS, arguments

job, source, prefix, threads = arguments()
source, prefix = os.path.abspath(source), os.path.abspath(prefix)
SETTINGS = (
    f"SETTINGS max_threads = {threads}, max_insert_threads = 1, engine_file_truncate_on_insert = 1, "
    "output_format_compression_level = 6, input_format_parallel_parsing = 1, "
    "output_format_parallel_formatting = 1, output_format_parquet_compression_method = 'zstd'")


def run(query):
    chdb.query(query, "Null")


def token(value):
    return f"lower(hex(substring(HMAC('sha256', {value}, '{KEY}'), 1, 16)))"


if job in ("j1", "j1s"):
    names = ", ".join(f"'{name}'" for name in MONTHS)
    numbers = ", ".join(f"'{number:02}'" for number in range(1, 13))
    family = "multiIf(" + "".join(
        f"multiSearchAny(agent, [{', '.join(repr(mark) for mark in marks)}]), '{name}', "
        for name, marks in FAMILIES) + "'other')"
    run(f"""
    INSERT INTO FUNCTION file('{prefix}.csv.gz', 'CSVWithNames')
    SELECT
      concat(substring(stamp, 9, 4), '-', transform(substring(stamp, 5, 3), [{names}], [{numbers}], ''),
        '-', substring(stamp, 2, 2), 'T', substring(stamp, 14, 2), ':00:00', substring(zone, 1, 3), ':',
        substring(zone, 4, 2)) AS hour,
      parts[1] AS method, cutQueryString(parts[2]) AS page,
      nullIf(extractURLParameter(parts[2], 'utm_source'), '') AS campaign, status, bytes,
      position(ip, ':') > 0
        ? concat(arrayStringConcat(arraySlice(splitByChar(':', ip), 1, 3), ':'), '::/48')
        : concat(arrayStringConcat(arraySlice(splitByChar('.', ip), 1, 3), '.'), '.0/24') AS network,
      {token("concat(ip, '|', agent)")} AS visitor, {family} AS browser
    FROM (SELECT *, splitByChar(' ', request) AS parts FROM file('{source}', 'CustomSeparated',
      'ip String, ident String, account String, stamp String, zone String, request String,
       status UInt16, bytes UInt64, referrer String, agent String'))
    {SETTINGS}, format_custom_field_delimiter = ' ', format_custom_escaping_rule = 'CSV',
      format_csv_null_representation = ''""")
elif job == "j2":
    run(f"""
    INSERT INTO FUNCTION file('{prefix}.parquet', 'Parquet')
    SELECT event, toStartOfHour(parseDateTime64BestEffort(ts, 6)) AS hour,
      {token("ifNull(user.1, client_id)")} AS shopper,
      path(tupleElement(page, 1)) AS page, product.1 AS category,
      arraySum(item -> toDecimal64(item.1, 2) * item.2, items) AS revenue
    FROM file('{source}', 'JSONEachRow',
      'ts String, event LowCardinality(String), client_id String, user Tuple(id Nullable(String)),
       page Tuple(url String), product Tuple(category Nullable(String)),
       items Array(Tuple(price Decimal(12, 2), quantity Int32))')
    {SETTINGS}, input_format_skip_unknown_fields = 1, input_format_null_as_default = 1,
      input_format_json_ignore_unknown_keys_in_named_tuple = 1""")
else:
    band = "multiIf(" + "".join(f"sum < {end}, '{name}', " for end, name in BANDS) + f"'{LAST_BAND}')"
    lines = f"""
      SELECT order_id, concat(substring(ordered_at, 7, 4), '-', substring(ordered_at, 4, 2), '-',
          substring(ordered_at, 1, 2)) AS day,
        customer_no, category, country, quantity,
        quantity * unit_price * (toDecimal64(1, 2) - discount) AS total
      FROM file('{source}', 'CSVWithNames',
        'order_id String, ordered_at String, customer_no String, first_name String, last_name String,
         email String, phone String, street String, zip String, city String, country LowCardinality(String),
         sku String, product String, category LowCardinality(String), quantity Int32,
         unit_price Decimal(12, 2), discount Decimal(6, 2), payment String, iban String, note String')"""
    options = SETTINGS + ", format_csv_delimiter = ';'"
    session = chdb.session.Session()
    session.query(f"CREATE TABLE lines ENGINE = Memory AS {lines} {options}", "Null")
    plain = SETTINGS
    session.query(f"""
    INSERT INTO FUNCTION file('{prefix}.csv', 'CSVWithNames')
    SELECT day, category, country, uniqExact(order_id) AS orders, uniqExact(customer_no) AS buyers,
      sum(quantity) AS units, sum(total) AS revenue
    FROM lines GROUP BY day, category, country HAVING buyers >= 10 ORDER BY day, category, country
    {plain}""", "Null")
    session.query(f"""
    INSERT INTO FUNCTION file('{prefix}.parquet', 'Parquet')
    SELECT {token('customer_no')} AS buyer, last, orders, {band} AS revenue
    FROM (SELECT customer_no, max(day) AS last, uniqExact(order_id) AS orders, sum(total) AS sum
      FROM lines GROUP BY customer_no)
    {plain}""", "Null")
