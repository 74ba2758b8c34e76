"""Draws the bench as one SVG: for each job the wall time of every tool at the largest size."""

from xml.sax.saxutils import escape

OWN, PEER, INK, FAINT = "#0b6e4f", "#9aa5b1", "#1f2933", "#52606d"
NAMES = {"sparsam": "Sparsam", "duckdb": "DuckDB", "polars": "Polars", "chdb": "ClickHouse (chDB)"}
LEFT, WIDTH, BAR, GAP = 150, 430, 18, 6


def largest(results):
    """Returns the entries of the last size that was measured."""
    size = results["jobs"][-1]["size"]
    return [entry for entry in results["jobs"] if entry["size"] == size]


def draw(results):
    entries = largest(results)
    parts, y = [], 46
    for entry in entries:
        parts.append(text(12, y + 4, entry["title"], 14, weight="600"))
        y += 14
        tools = sorted(entry["tools"].items(), key=lambda item: item[1]["wall"])
        longest = max(row["wall"] for _, row in tools)
        for tool, row in tools:
            length = max(2, WIDTH * row["wall"] / longest)
            colour = OWN if tool == "sparsam" else PEER
            parts.append(text(LEFT - 8, y + 13, NAMES[tool], 12, anchor="end"))
            parts.append(
                f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR}" rx="2" fill="{colour}"/>')
            parts.append(
                text(
                    LEFT + length + 6, y + 13, f"{row['wall']:.2f} s, {row['memory']:.0f} MB", 12,
                    colour=FAINT))
            y += BAR + GAP
        y += 22
    head = f"A night of about {volume(entries)} a source on {results['threads_used']} threads: seconds and peak memory, less is better"
    height = y + 4
    width = LEFT + WIDTH + 130
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="system-ui, sans-serif" role="img">',
        f"<title>{escape(head)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        text(12, 24, head, 13, colour=FAINT), *parts, "</svg>", ""])


def volume(entries):
    return {"S": "64 MB", "M": "600 MB", "L": "2.4 GB"}[entries[0]["size"]]


def text(x, y, words, size, anchor="start", weight="400", colour=INK):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
        f'font-weight="{weight}" fill="{colour}">{escape(words)}</text>')
