"""The bench jobs in DuckDB. It has no HMAC: SHA-256 over key and value costs it the same."""

import duckdb

from job import BANDS, FAMILIES, KEY, LAST_BAND, MONTHS, arguments

job, source, prefix, threads = arguments()
db = duckdb.connect()
db.execute(f"SET threads = {threads}; SET preserve_insertion_order = false; SET TimeZone = 'Europe/Berlin'")


def token(value):
    return f"substr(sha256('{KEY}' || {value}), 1, 32)"


if job in ("j1", "j1s"):
    month = "CASE substr(stamp, 5, 3) " + " ".join(
        f"WHEN '{name}' THEN '{number:02}'" for number, name in enumerate(MONTHS, 1)) + " END"
    family = "CASE " + " ".join(
        "WHEN " + " OR ".join(f"contains(agent, '{mark}')" for mark in marks) + f" THEN '{name}'"
        for name, marks in FAMILIES) + " ELSE 'other' END"
    db.execute(f"""
    COPY (
      SELECT substr(stamp, 9, 4) || '-' || {month} || '-' || substr(stamp, 2, 2) || 'T'
               || substr(stamp, 14, 2) || ':00:00' || substr(zone, 1, 3) || ':' || substr(zone, 4, 2) AS hour,
        split_part(request, ' ', 1) AS method,
        split_part(split_part(request, ' ', 2), '?', 1) AS page,
        nullif(split_part(regexp_extract(request, '[?&]utm_source=([^& ]*)', 1), '&', 1), '') AS campaign,
        status, bytes,
        CASE WHEN contains(ip, ':') THEN array_to_string(split(ip, ':')[1:3], ':') || '::/48'
             ELSE array_to_string(split(ip, '.')[1:3], '.') || '.0/24' END AS network,
        {token("ip || '|' || agent")} AS visitor,
        {family} AS browser
      FROM read_csv('{source}', delim = ' ', quote = '"', escape = '"', header = false,
        auto_detect = false, compression = 'gzip', columns = {{
          'ip': 'VARCHAR', 'ident': 'VARCHAR', 'account': 'VARCHAR', 'stamp': 'VARCHAR',
          'zone': 'VARCHAR', 'request': 'VARCHAR', 'status': 'INTEGER', 'bytes': 'BIGINT',
          'referrer': 'VARCHAR', 'agent': 'VARCHAR'}})
    ) TO '{prefix}.csv.gz' (FORMAT csv, HEADER, COMPRESSION gzip)""")
elif job == "j2":
    db.execute(f"""
    COPY (
      SELECT event, date_trunc('hour', ts::TIMESTAMPTZ) AS hour,
        {token('coalesce("user".id, client_id)')} AS shopper,
        CASE WHEN contains(substr(page.url, 9), '/')
             THEN split_part('/' || split_part(page.url, '/', 4)
               || CASE WHEN split_part(page.url, '/', 5) = '' THEN '' ELSE '/' || split_part(page.url, '/', 5) END, '?', 1)
             ELSE '/' END AS page,
        product.category AS category,
        coalesce(list_sum(list_transform(items, lambda item: item.price * item.quantity)), 0) AS revenue
      FROM read_ndjson('{source}', compression = 'gzip', columns = {{
        ts: 'VARCHAR', event: 'VARCHAR', client_id: 'VARCHAR', user: 'STRUCT(id VARCHAR)',
        page: 'STRUCT(url VARCHAR)', product: 'STRUCT(category VARCHAR)',
        items: 'STRUCT(price DECIMAL(12, 2), quantity INTEGER)[]'}})
    ) TO '{prefix}.parquet' (FORMAT parquet, COMPRESSION zstd)""")
else:
    band = "CASE " + " ".join(f"WHEN revenue < {end} THEN '{name}'" for end, name in BANDS)
    band += f" ELSE '{LAST_BAND}' END"
    db.execute(f"""
    CREATE TEMP TABLE lines AS
      SELECT order_id, substr(ordered_at, 7, 4) || '-' || substr(ordered_at, 4, 2) || '-'
          || substr(ordered_at, 1, 2) AS day,
        customer_no, category, country, quantity, quantity * unit_price * (1 - discount) AS total
      FROM read_csv('{source}', delim = ';', quote = '"', escape = '"', header = true,
        auto_detect = false, compression = 'gzip', columns = {{
          'order_id': 'VARCHAR', 'ordered_at': 'VARCHAR', 'customer_no': 'VARCHAR',
          'first_name': 'VARCHAR', 'last_name': 'VARCHAR', 'email': 'VARCHAR', 'phone': 'VARCHAR',
          'street': 'VARCHAR', 'zip': 'VARCHAR', 'city': 'VARCHAR', 'country': 'VARCHAR',
          'sku': 'VARCHAR', 'product': 'VARCHAR', 'category': 'VARCHAR', 'quantity': 'INTEGER',
          'unit_price': 'DECIMAL(12, 2)', 'discount': 'DECIMAL(6, 2)', 'payment': 'VARCHAR',
          'iban': 'VARCHAR', 'note': 'VARCHAR'}})""")
    db.execute(f"""
    COPY (
      SELECT day, category, country, count(DISTINCT order_id) AS orders,
        count(DISTINCT customer_no) AS buyers, sum(quantity) AS units, sum(total) AS revenue
      FROM lines GROUP BY ALL HAVING buyers >= 10 ORDER BY ALL
    ) TO '{prefix}.csv' (HEADER)""")
    db.execute(f"""
    COPY (
      SELECT {token('customer_no')} AS buyer, last, orders, {band} AS revenue FROM (
        SELECT customer_no, max(day) AS last, count(DISTINCT order_id) AS orders, sum(total) AS revenue
        FROM lines GROUP BY 1)
    ) TO '{prefix}.parquet' (FORMAT parquet, COMPRESSION zstd)""")
