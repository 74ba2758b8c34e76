"""Marks that nothing may repeat: in every undeclared and identifying field, in every kind of fault.

Each mark is 28 random letters, more than 128 bits, which look like nothing that a guard takes out.
After a run, a draft and an explanation they are searched in everything that is left and said: plain, in
base64, in hex and percent-encoded, in files as they lie and decompressed.
"""

import base64
import gzip
import os
import random
import shutil
import subprocess

from night import SECOND, Finding, Trials, World, quiet

DAY = "30/Apr/2026:10:00:00 +0200"
WINDOW = 24  # bytes of a mark that must not be found: more than 100 bits of it


class Marks:
    def __init__(self, seed):
        self.dice, self.all, self.names = random.Random(seed), [], set()

    def __call__(self):
        mark = "".join(self.dice.choices("abcdefghijklmnopqrstuvwxyz", k=28))
        self.all.append(mark)
        return mark

    def name(self):
        """A mark as the name of a field, which a draft lists and nothing else."""
        mark = self()
        self.names.add(mark)
        return mark

    def needles(self):
        for mark in self.all:
            raw = mark.encode()
            yield mark, raw
            yield mark, raw.hex().encode()
            yield mark, "".join(f"%{byte:02X}" for byte in raw).encode()
            # In base64 a text looks different at each of three offsets; its ends depend on neighbours.
            for offset in range(3):
                text = base64.b64encode(b"\0" * offset + raw)
                yield mark, text[4 if offset else 0:len(text) - 4].rstrip(b"=")


def access(mark, count):
    lines = []
    for number in range(count):
        shape = number % 9
        line = (
            f'203.0.113.{number % 250} {mark()} {mark()}@x.example [{DAY}] "GET /p/shoes?mail='
            f'{mark()}%40x.example&{mark()}={mark()} HTTP/1.1" 200 5 "https://{mark()}.example/{mark()}" '
            f'"Mozilla/5.0 {mark()}"')
        if shape == 1:
            line = f"{mark()} broken"
        elif shape == 2:
            line = line.replace(DAY, mark())
        elif shape == 3:
            line = line.replace(" 200 ", f" {mark()} ")
        elif shape == 4:
            line = line.replace("203.0.113.", f"{mark()}.")
        elif shape == 5:
            line = line[:len(line) // 2]
        elif shape == 6:
            line = line.replace("/p/", "/\\xff\\xfe")
        lines.append(line.encode())
    return b"\n".join(lines) + b"\n"


def tracking(mark, count):
    lines = []
    for number in range(count):
        shape = number % 8
        line = (
            f'{{"ts":"2026-04-30T10:00:00+02:00","event":"view","{mark.name()}":"{mark()}","user":{{"email":'
            f'"{mark()}@x.example","name":"{mark()}"}},"page":{{"url":"https://x.example/a?q={mark()}",'
            f'"title":"{mark()}"}},"ip":"{mark()}"}}')
        if shape == 1:
            line = line[:-8]
        elif shape == 2:
            line = line.replace('"2026-04-30T10:00:00+02:00"', f'"{mark()}"')
        elif shape == 3:
            line = line.replace('"event":"view"', f'"event":{{"{mark.name()}":1}}')
        elif shape == 4:
            line = line.replace('"event":"view"', f'"event":"{mark()}","event":"{mark()}"')
        elif shape == 5:
            line = f'["{mark()}"]'
        lines.append(line.encode())
    return b"\n".join(lines) + b"\n"


def orders(mark, count):
    head = (
        "order_id;ordered_at;customer_no;first_name;last_name;email;phone;street;zip;city;country;sku;"
        "product;category;quantity;unit_price;discount;payment;iban;note")
    lines = [head.encode()]
    for number in range(count):
        shape = number % 8
        fields = [
            mark(), "30.04.2026 10:00", mark(), mark(), mark(), f"{mark()}@x.example", mark(), mark(),
            mark(), mark(), "DE", mark(), mark(), mark(), "1", '"5,00"', "0", mark(), mark(), mark()]
        if shape == 1:
            fields = fields[:5]
        elif shape == 2:
            fields[1] = mark()
        elif shape == 3:
            fields[14] = mark()
        elif shape == 4:
            fields[15] = mark()
        elif shape == 5:
            fields[19] = f'"{mark()}\n{mark()}"'
        elif shape == 6:
            fields[10] = f"{mark()}@x.example"
        lines.append(";".join(fields).encode())
    return b"\r\n".join(lines) + b"\r\n"


def pipeline(folder, keeps_titles):
    """Returns the tortured pipeline with limits that let all faults through; perhaps a leaky one."""
    with open(os.path.join(os.path.dirname(__file__), "night.yaml")) as file:
        text = file.read()
    text = text.replace("50%", "100%")
    text = text.replace("compression: zstd", "compression: none")
    text = text.replace("tables: [buyers], format: parquet", "tables: [buyers], format: parquet, compression: none")
    if keeps_titles:
        # Negative control: a field that holds marks is declared as plain text.
        text = text.replace(
            "page:  {from: page.url, type: url, treat: {url: {keep: [path]}}, for: stability}",
            "page:  {from: page.title, type: text, distinct: 100000, for: stability}")
    path = os.path.join(folder, "canaries.yaml")
    with open(path, "w") as file:
        file.write(text)
    return path


def found(marks, world, said, drafted):
    """Returns the places where a mark was found."""
    texts = {"messages": said, "draft": drafted}
    for root in (world.path("out"), world.path("state")):
        for place, _, names in os.walk(root):
            for name in names:
                with open(os.path.join(place, name), "rb") as file:
                    content = file.read()
                texts[os.path.join(place, name)] = content
                if name.endswith(".gz"):
                    texts[os.path.join(place, name) + " (decompressed)"] = gzip.decompress(content)
    # Looking each text's windows up is linear; searching every mark in every text took ten times as long.
    windows = {}
    for place, content in texts.items():
        lower = content.lower()
        windows[place] = {lower[at:at + WINDOW] for at in range(len(lower) - WINDOW + 1)}
    return sorted({
        place for mark, needle in marks.needles() for place, seen in windows.items()
        if needle[:WINDOW].lower() in seen and not (place == "draft" and mark in marks.names)})


def trial(folder, program, seed, keeps_titles):
    shutil.rmtree(folder, ignore_errors=True)
    world, mark = World(folder, program), Marks(seed)
    os.makedirs(world.path("in"))
    content = {
        "access-20260430.log.gz": access(mark, 180), f"tracking-{SECOND}.ndjson.gz": tracking(mark, 160),
        f"orders-{SECOND}.csv.gz": orders(mark, 160)}
    for name, text in content.items():
        with open(os.path.join(world.path("in"), name), "wb") as file:
            file.write(gzip.compress(text, 1))
    path = pipeline(folder, keeps_titles)
    files = [os.path.join(world.path("in"), name) for name in content]
    base = ["--input", world.path("in"), "--output", world.path("out"), "--state", world.path("state")]
    said = drafted = b""
    for words in (
        ["run", path, *base, "--date", SECOND, "--verbose"], ["run", path, *base, "--date", SECOND, "--json"],
        ["runs", "--state", world.path("state"), "--json"], ["explain", path], ["draft", *files],
        ["run", path, *base, "--date", "2026-05-01"], ["verify", world.path("out")]):
        ending = subprocess.run(
            [program, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=quiet())
        if words[0] == "run" and "--verbose" in words and ending.returncode != 0:
            raise Finding(f"the run with faults ended with {ending.returncode}: {ending.stdout.decode()[-300:]}")
        if words[0] == "draft":
            drafted = ending.stdout
        else:
            said += ending.stdout
    return found(mark, world, said, drafted), len(mark.all)


def canaries(world, folder, count, seed):
    searched = 0
    trials = Trials(range(count))
    for turn in trials:
        places, number = trial(os.path.join(folder, "trial"), world.program, seed + turn, False)
        searched += number
        if places:
            raise Finding(f"seed {seed + turn}: marks were found in {places[:4]}")
    places, _ = trial(os.path.join(folder, "control"), world.program, seed, True)
    if not places:
        raise Finding("a pipeline that keeps a field with marks was not found out: the search proves nothing")
    return f"{trials.done} nights, {searched} marks, 0 found; the leaky pipeline was found out in {len(places)} files"
