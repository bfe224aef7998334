"""A zip of exports: unpacked into a folder of its own that goes again; what is hostile in it is refused or named."""

from __future__ import annotations

import os
import stat
import struct
import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from kpidesk.core.errors import UserError
from kpidesk.core.progress import Progress, finish
from kpidesk.importing import Unpacked, is_archive, unpack
from kpidesk.importing.archives import BLOCK, safe_name
from kpidesk.importing.sniff import sniff

CSV = "id,stage\nD1,Won\n"


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which temporary ones are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def packed(folder: Path, members: dict[str, str | bytes], name: str = "export.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(zipfile.ZipInfo(member, (2026, 3, 4, 5, 6, 8)), content, zipfile.ZIP_DEFLATED)
    return path


def unpacked(path: Path) -> Unpacked:
    return finish(unpack(path))


def test_the_exports_come_out_with_their_bytes_names_and_days(tmp_path: Path, elsewhere: Path) -> None:
    path = packed(tmp_path, {"2026/deals.csv": CSV, "2025/deals.csv": "id\n", "people.xlsx": b"PK"})
    done = unpacked(path)
    assert [one.name for one in done.files] == ["deals.csv", "deals.csv", "people.xlsx"]
    assert [one.read_bytes() for one in done.files] == [CSV.encode(), b"id\n", b"PK"]
    assert {datetime.fromtimestamp(one.stat().st_mtime).isoformat() for one in done.files} == {"2026-03-04T05:06:08"}
    assert done.left_out == ()
    assert all(elsewhere in one.parents for one in done.files)
    assert os.name == "nt" or stat.S_IMODE(Path(done.folder.name).stat().st_mode) == 0o700
    done.remove()
    assert list(elsewhere.iterdir()) == []


def test_what_is_no_export_is_left_out_by_name(tmp_path: Path, elsewhere: Path) -> None:
    members: dict[str, str | bytes] = {
        "deals.csv": CSV, "more/older.zip": b"PK", "logo.png": b"x", "nothing.csv": "", "__MACOSX/._deals.csv": b"x",
        ".DS_Store": b"x", "notes": "hello",
    }  # fmt: skip
    path = packed(tmp_path, members)
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("link.csv")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.mkdir("folder")
    done = unpacked(path)
    assert [one.name for one in done.files] == ["deals.csv"]
    assert tuple(one.sentence for one in done.left_out) == (
        "'older.zip' is left out: it is an archive itself; unpack it and import what is in it.",
        "'logo.png' is left out: it is not a file with rows (.csv, .xlsx …).",
        "'nothing.csv' is left out: it is empty.",
        "'notes' is left out: it is not a file with rows (.csv, .xlsx …).",
        "'link.csv' is left out: it is a link to another place, not a file.",
    )
    done.remove()


def patched(path: Path, offset: int, value: bytes, mark: bytes = b"PK\x01\x02") -> Path:
    """Change the table of contents behind the zip module's back: `offset` from the first mark of an entry."""
    content = bytearray(path.read_bytes())
    at = content.index(mark) + offset
    content[at : at + len(value)] = value
    path.write_bytes(content)
    return path


def doubled(path: Path) -> Path:
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("deals.csv", CSV)
    return path


GB4 = struct.pack("<I", 0xFFFFFFF0)
HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a path that climbs out": (lambda at: packed(at, {"../../deals.csv": CSV}), "leads out of its folder"),
    "a path that climbs out later": (lambda at: packed(at, {"a/../../deals.csv": CSV}), "leads out of its folder"),
    "an absolute path": (lambda at: packed(at, {"/etc/deals.csv": CSV}), "leads out of its folder: '/etc/deals.csv'"),
    "a path with a drive": (lambda at: packed(at, {"C:\\deals.csv": CSV}), "leads out of its folder"),
    "a path with backslashes": (lambda at: packed(at, {"..\\deals.csv": CSV}), "leads out of its folder"),
    "two of one name": (lambda at: doubled(packed(at, {"deals.csv": CSV})), "holds 2 files of one name: 'deals.csv'"),
    "10,000 members": (
        lambda at: packed(at, {f"{n}.csv": "" for n in range(10_000)}), "holds 10,000 files, more than the 1,000"
    ),
    "4 GB declared": (lambda at: patched(packed(at, {"deals.csv": CSV}), 24, GB4), "is larger than 1 GB"),
    "a bomb": (lambda at: packed(at, {"deals.csv": b" " * (40 << 20)}), "unpacks to far more than its size allows"),
    "a size that is too large": (
        lambda at: patched(packed(at, {"deals.csv": CSV}), 24, struct.pack("<I", 999_999)), "is shorter than it says"
    ),
    "a size that is too small": (
        lambda at: patched(packed(at, {"deals.csv": CSV}), 24, struct.pack("<I", 5)), "is a damaged archive"
    ),
    "a password": (lambda at: patched(packed(at, {"deals.csv": CSV}), 8, b"\x01\x00"), "protected with a password"),
    "another way of packing": (lambda at: patched(packed(at, {"deals.csv": CSV}), 10, b"\x5f\x00"), "packed in a way"),
    "bytes that were damaged": (
        lambda at: patched(packed(at, {"deals.csv": CSV * 99}), 50, b"\x00\xff\x00", b"PK\x03\x04"),
        "is a damaged archive",
    ),
    "a table of contents without end": (
        lambda at: patched(packed(at, {"deals.csv": CSV}), 12, struct.pack("<I", 1 << 30), b"PK\x05\x06"),
        "far more than the 1,000",
    ),
    "a name that is no UTF-8": (
        lambda at: patched(packed(at, {"dealé.csv": CSV}), 46, b"deal\xff\xfe.csv"), "is a damaged archive"
    ),
    "nothing that is an export": (lambda at: packed(at, {"logo.png": b"x"}), "holds no export: 'logo.png' is left out"),
    "a member without a name": (lambda at: packed(at, {"": "x"}), "'export' is left out: it is not a file with rows"),
    "nothing at all": (lambda at: packed(at, {"folder/": ""}), "holds no export: it is empty."),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_archive_is_refused_and_nothing_stays(case: str, tmp_path: Path, elsewhere: Path) -> None:
    make, sentence = HOSTILE[case]
    home = tmp_path / "home" / "deep"
    home.mkdir(parents=True)
    path = make(home)
    assert is_archive(path)
    with pytest.raises(UserError) as refused:
        unpacked(path)
    assert sentence in refused.value.problem
    assert refused.value.advice
    assert list(elsewhere.iterdir()) == []
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == [path]


def test_a_disk_without_room_is_told_before_anything_is_written(
    tmp_path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = packed(tmp_path, {"deals.csv": CSV})
    monkeypatch.setattr("kpidesk.importing.archives.SPARE", 1 << 60)
    with pytest.raises(UserError, match=r"There is no room to unpack 'export\.zip'"):
        unpacked(path)
    assert list(elsewhere.iterdir()) == []


def test_it_answers_after_every_block_and_cancel_leaves_nothing(tmp_path: Path, elsewhere: Path) -> None:
    large = os.urandom(1 << 20) * 6
    path = packed(tmp_path, {"a.csv": large, "b.csv": large})
    seen: list[Progress] = []
    finish(unpack(path), seen.append).remove()
    steps = len(seen)
    assert steps >= 2 * len(large) // BLOCK
    for stop in range(steps):
        work = unpack(path)
        for _ in range(stop + 1):
            next(work)
        assert len(list(elsewhere.iterdir())) == 1
        work.close()
        assert list(elsewhere.iterdir()) == []


def test_looking_at_the_bytes_of_a_file_answers_after_every_block(tmp_path: Path) -> None:
    encodings = {"utf-8": "é", "cp1252": "é", "utf-16": "é"}
    for encoding, letter in encodings.items():
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(("id,name\n" + f"1,{letter * 100}\n" * 60_000).encode(encoding))
        seen: list[Progress] = []
        assert finish(sniff(path), seen.append).encoding == encoding
        assert len(seen) >= path.stat().st_size // BLOCK >= 5


def test_a_crash_on_the_way_leaves_nothing(tmp_path: Path, elsewhere: Path) -> None:
    work = unpack(packed(tmp_path, {"a.csv": CSV, "b.csv": CSV}))
    next(work)
    next(work)
    with pytest.raises(ZeroDivisionError):
        work.throw(ZeroDivisionError())
    assert list(elsewhere.iterdir()) == []


def test_a_workbook_is_no_archive_whatever_its_name(tmp_path: Path, plain_book: Callable[[], bytes]) -> None:
    for name in ("deals.xlsx", "deals.zip", "deals.csv"):
        path = tmp_path / name
        path.write_bytes(plain_book())
        assert not is_archive(path)
    assert is_archive(packed(tmp_path, {"deals.csv": CSV}, "deals.xlsx"))
    assert is_archive(packed(tmp_path, {"book.xlsx": plain_book()}))
    text = tmp_path / "text.zip"
    text.write_text(CSV)
    assert not is_archive(text)
    assert not is_archive(tmp_path / "gone.zip")


NAMES = {
    "plain.csv": "plain.csv",
    "a/b/deals 2026.csv": "deals 2026.csv",
    "a\\b.csv": "b.csv",
    'we<ird>:"|?*.csv': "we_ird______.csv",
    "new\nline\x00.csv": "new_line_.csv",
    "gpj.\u202evsc.csv": "gpj._vsc.csv",
    "NUL.csv": "_NUL.csv",
    "com1": "_com1",
    "": "export",
    "...": "export",
    "x" * 300 + ".csv": "x" * 116 + ".csv",
    "Zoë.csv": "Zoë.csv",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_made_safe(name: str) -> None:
    assert safe_name(name) == NAMES[name]


def test_a_name_that_an_old_program_stored_is_read_as_it_was_meant(tmp_path: Path, elsewhere: Path) -> None:
    path = packed(tmp_path, {"dealXX.csv": CSV, "oldX.csv": CSV})
    content = path.read_bytes().replace(b"dealXX", "dealé".encode()).replace(b"oldX", b"old\x82")
    path.write_bytes(content)
    done = unpacked(path)
    assert [one.name for one in done.files] == ["dealé.csv", "oldé.csv"]
    done.remove()
