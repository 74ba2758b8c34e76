"""What the peers' scripts share: arguments, the public bench key, the rules of the jobs."""

import sys

KEY = "sparsam bench key: it protects nobody, every tool uses the same"

# Which browser family a user agent is counted under: the first mark that occurs in it.
FAMILIES = [
    ("bot", ["bot", "Bot", "python-requests", "curl", "Go-http"]),
    ("Edge", ["Edg/"]),
    ("Firefox", ["Firefox/"]),
    ("Chrome", ["Chrome/"]),
    ("Safari", ["Safari/"]),
]

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()

BANDS = [(0, "<0"), (50, "0–49"), (200, "50–199"), (500, "200–499"), (2000, "500–1999")]
LAST_BAND = "2000+"


def arguments():
    """job, input file, prefix of the output files, threads"""
    job, source, prefix, threads = sys.argv[1:5]
    return job, source, prefix, int(threads)
