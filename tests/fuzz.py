"""Broken files of every form, by a seed: each must be understood or refused in words, never a crash or a hang.

    python -m tests.fuzz [--files 50000] [--seed 1] [--only FORM]
    python -m tests.fuzz formulas [--count 100000] [--seed 1]

The files are shared out over the forms; a workbook costs a process of its own, so these get the fewest. What goes wrong
is kept as a file in the folder named at the end, and the command fails. Not part of the test suite, which runs a few
thousand of the same files.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kpidesk.core.errors import UserError
from kpidesk.core.imports import ImportOptions
from kpidesk.core.progress import finish
from kpidesk.core.settings import Settings
from kpidesk.importing import chunks, inspect, is_archive, parse, unpack
from tests.importing.support import DATA, TODAY

SLOW = 10.0
"""Seconds after which a file counts as one that hangs."""
TEXT = (
    b"id,name,owner,stage,amount,created_at,close_date,probability\n"
    + b"".join(b"D%d,Deal %d,Ann Lee,Won,%d.50,2026-01-%02d,03/04/2026,50%%\n" % (n, n, n, n) for n in range(1, 9))
    + 'D9,"Zoë, Ltd",Bob,Lost,"1.000,00",,,\n'.encode()
)
PAGE = b"<html><table><tr><th>id<th>stage<th>amount</tr><tr><td>1</td><td>Won</td><td colspan=2>5</td></tr></table>"
PIECES = (
    b"",
    b"\x00", b'"', b"\n", b"\r", b",", b";", b"\t", b"'", b"=1+1", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"<", b">",
    b"<table>", b"</td>", b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"\xff\xff\xff\xff", b"../", b"-1", b"1e999",
    b"9999-12-31", b'r="XFD1048576"', b'<f>', b' t="e"', b"\xf0\x9f\x92\xa9", b"sep=;\n", b"0" * 40, b"A" * 300,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """One form of file: its name, a way to make a broken one, and how many of a hundred files are of it."""

    name: str
    broken: Callable[[random.Random], bytes]
    share: int


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Content with a few stretches replaced, doubled or taken away."""
    for _ in range(chance.randint(1, 6)):
        at, length = chance.randrange(len(content) + 1), chance.choice((0, 1, 1, 2, 4, 16, 200))
        piece = chance.choice(
            (chance.choice(PIECES), chance.randbytes(chance.randint(1, 8)), content[at : at + length] * 2)
        )
        content = content[:at] + piece + content[at + length :]
    return content[: chance.randrange(len(content) + 1)] if chance.random() < 0.1 else content


def _sample(chance: random.Random) -> bytes:
    return chance.choice([path.read_bytes() for path in sorted(DATA.glob("*.csv"))])


def _noise(chance: random.Random) -> bytes:
    head = chance.choice(
        (b"", b"\xff\xfe", b"\xef\xbb\xbf", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html>")
    )
    return head + chance.randbytes(chance.randint(0, 600))


def _wide(chance: random.Random) -> bytes:
    encoding = chance.choice(("utf-16", "utf-16-le", "utf-16-be"))
    return mutated(TEXT.decode().encode(encoding), chance)


def _archive(chance: random.Random) -> bytes:
    """A zip with broken members, itself broken half of the time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for at in range(chance.randint(0, 4)):
            name = chance.choice((f"d{at}.csv", f"../d{at}.csv", f"a/b/{at}.tsv", f"{at}.zip", f"é{at}.csv", f"{at}"))
            archive.writestr(name, mutated(chance.choice((TEXT, PAGE, b"Name,Team\nAnn,East\n")), chance))
    return mutated(out.getvalue(), chance) if chance.random() < 0.5 else out.getvalue()


def _package(content: bytes, chance: random.Random) -> bytes:
    """A workbook that is a zip, with one of its parts broken, or its bytes."""
    if chance.random() < 0.3:
        return mutated(content, chance)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        names = parts.namelist()
        hit = chance.choice(names)
        for name in names:
            archive.writestr(name, mutated(parts.read(name), chance) if name == hit else parts.read(name))
    return out.getvalue()


def _xlsx(*, plain: bool) -> bytes:
    """A workbook; unless plain, with what only the child process reads."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Deals")
        for at, line in enumerate(TEXT.decode().splitlines()):
            sheet.write_row(at, 0, line.split(","))
        sheet.write_number("L2", 46_000.5)
        if not plain:
            sheet.merge_range("J1:J4", "x")
            sheet.write_formula("K2", "=1+1")
    return out.getvalue()


def forms() -> tuple[Form, ...]:
    """Every form of file that is read."""
    plain, xlsx = _xlsx(plain=True), _xlsx(plain=False)
    xls, ods = (DATA / "books/deals.xls").read_bytes(), (DATA / "books/deals.ods").read_bytes()
    return (
        Form("csv", lambda chance: mutated(TEXT, chance), 21),
        Form("sample", lambda chance: mutated(_sample(chance), chance), 14),
        Form("noise", _noise, 10),
        Form("utf-16", _wide, 10),
        Form("html", lambda chance: mutated(PAGE, chance), 10),
        Form("zip", _archive, 15),
        Form("plain-xlsx", lambda chance: _package(plain, chance), 5),
        Form("xlsx", lambda chance: _package(xlsx, chance), 5),
        Form("ods", lambda chance: _package(ods, chance), 5),
        Form("xls", lambda chance: mutated(xls, chance), 5),
    )


def outcome(path: Path) -> str:
    """Read a file to its end: `understood`, or `refused` when that is said with advice; anything else is raised."""
    try:
        if is_archive(path):
            unpacked = finish(unpack(path))
            try:
                for file in unpacked.files:
                    outcome(file)
            finally:
                unpacked.remove()
            return "understood"
        plan = finish(inspect(path, ImportOptions(), settings=Settings(), known_stages={}, today=TODAY))
        for block in chunks(plan):
            parsed = parse(plan, block)
            if len(parsed.index) + len(parsed.rejected) + len(parsed.skipped) != len(block.rows):
                raise AssertionError("rows went missing")
    except UserError as error:
        if not (error.problem and error.advice):
            raise
        return "refused"
    return "understood"


def run(form: Form, count: int, seed: int, folder: Path) -> tuple[Counter[str], list[str]]:
    """Read `count` broken files of a form; gives the outcomes, and for each that failed its file and why."""
    found: Counter[str] = Counter()
    failed: list[str] = []
    for number in range(count):
        content = form.broken(random.Random(f"{seed} {form.name} {number}"))
        path = folder / f"file.{form.name if form.name in ('xlsx', 'ods', 'xls', 'zip', 'html') else 'csv'}"
        path.write_bytes(content)
        began = time.perf_counter()
        why = ""
        try:
            result = outcome(path)
        except Exception:  # whatever it is, it is what this looks for
            result, why = "failed", traceback.format_exc()
        if time.perf_counter() - began > SLOW:
            result, why = "failed", f"took more than {SLOW:.0f} s"
        found[result] += 1
        if result == "failed":
            kept = folder / f"{form.name}-{number}{path.suffix}"
            path.rename(kept)
            failed.append(f"{kept}\n{why}")
    return found, failed


def formulas(count: int, seed: int) -> int:
    """Compile broken formulas and print what became of them; the first that goes wrong is raised."""
    from tests.language.mutants import outcomes

    began = time.perf_counter()
    found = outcomes(count, seed)
    kinds = ", ".join(f"{many:,} {kind}" for kind, many in sorted(found.items(), key=lambda one: -one[1]))
    print(f"{count:,} formulas in {time.perf_counter() - began:.0f} s: {kinds}")
    return 0


def main() -> int:
    """Run and print the outcomes by form."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("what", nargs="?", choices=("files", "formulas"), default="files")
    options.add_argument("--count", type=int, default=100_000)
    options.add_argument("--files", type=int, default=50_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", default="")
    asked = options.parse_args()
    if asked.what == "formulas":
        return formulas(asked.count, asked.seed)
    folder = Path(tempfile.mkdtemp(prefix="kpidesk-fuzz-"))
    chosen = [form for form in forms() if asked.only in ("", form.name)]
    total, bad = sum(form.share for form in chosen), 0
    for form in chosen:
        began = time.perf_counter()
        found, failed = run(form, asked.files * form.share // total, asked.seed, folder)
        bad += len(failed)
        counts = ", ".join(f"{count:,} {word}" for word, count in sorted(found.items()))
        print(f"{form.name:<8} {found.total():>7,} files in {time.perf_counter() - began:6.0f} s: {counts}", flush=True)
        for one in failed[:5]:
            print(one)
    print(f"{bad} of them went wrong." + (f" They are in {folder}." if bad else ""))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
