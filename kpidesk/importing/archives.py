"""A zip of several exports, unpacked into a private folder of its own; nothing in it decides where a file goes."""

from __future__ import annotations

import os
import re
import shutil
import stat
import struct
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kpidesk.core.errors import UserError
from kpidesk.core.progress import Progress
from kpidesk.importing.sniff import ZIP
from kpidesk.paths import PrivateFolder, remove_abandoned

EXPORT_NAMES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".htm", ".html")
ARCHIVE_NAMES = (".zip", ".gz", ".tgz", ".tar", ".7z", ".rar", ".bz2", ".xz")
OF_A_DOCUMENT = ("xl/workbook", "word/", "ppt/", "content.xml")
MOST_MEMBERS = 1_000
LARGEST_DIRECTORY = 8 << 20
MOST_BYTES = 4 << 30
LARGEST_MEMBER = 1 << 30
RATIO, RATIO_FROM = 150, 20 << 20
BLOCK = 1 << 20
SPARE = 64 << 20
"""What stays free on the disk."""
LONGEST_NAME = 120
UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)
CLIMBS = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:")
ADVICE = "Unpack it yourself and import the files that are wanted."
END, END_64 = b"PK\x05\x06", b"PK\x06\x07"
BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error, ValueError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A member that is not among the unpacked files, and why; `sentence` says both."""

    name: str
    why: str

    @property
    def sentence(self) -> str:
        """What to tell the user."""
        return f"'{self.name}' is left out: {self.why}."


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The exports of an archive in a folder that is removed by `remove`, at the latest when the program ends."""

    folder: PrivateFolder
    files: tuple[Path, ...]
    left_out: tuple[LeftOut, ...]

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        self.folder.cleanup()


def is_archive(path: Path) -> bool:
    """Whether a file is a zip of files, whatever its name; a workbook or another document is none, though a zip."""
    try:
        with path.open("rb") as file:
            if file.read(len(ZIP)) != ZIP:
                return False
        if _directory_size(path) > LARGEST_DIRECTORY:
            return True
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except OSError:
        return False
    except BROKEN:
        return path.suffix.lower() == ".zip"
    return not any(name.startswith(OF_A_DOCUMENT) for name in names)


def unpack(path: Path) -> Generator[Progress, None, Unpacked]:
    """Unpack the exports of an archive; closing the generator before its end leaves nothing behind.

    Raises:
        UserError: the archive is damaged, protected, or holds something that no export does.
    """
    remove_abandoned()
    folder = PrivateFolder()
    try:
        yield Progress(0, 0, f"Unpacking {path.name}")
        return (yield from _unpacked(path, folder))
    except BaseException as error:
        folder.cleanup()
        if isinstance(error, BROKEN):
            raise UserError(f"'{path.name}' is a damaged archive ({error}).", "Download or export it again.") from None
        if isinstance(error, OSError):
            raise UserError(f"'{path.name}' cannot be unpacked: {error.strerror or error}.", ADVICE) from None
        raise


def _unpacked(path: Path, folder: PrivateFolder) -> Generator[Progress, None, Unpacked]:
    if _directory_size(path) > LARGEST_DIRECTORY:
        raise _too_many(path, "far more than")
    with zipfile.ZipFile(path) as archive:
        members = [one for one in archive.infolist() if not one.filename.endswith("/")]
        wanted, left_out = _sorted_out(path, members)
        _refuse_bombs(path, wanted)
        _refuse_without_room(path, wanted, Path(folder.name))
        total, done, files = sum(one.file_size for one in wanted), 0, []
        for number, one in enumerate(wanted, start=1):
            to = Path(folder.name, f"{number:04}", safe_name(member_name(one)))
            for size in _written(archive, one, to):
                done += size
                yield Progress(done >> 20, (total >> 20) + 1, f"Unpacking {to.name}")
            _keep_time(one, path, to)
            files.append(to)
    if not files:
        told = " ".join(one.sentence for one in left_out)
        raise UserError(f"'{path.name}' holds no export: {told or 'it is empty.'}", ADVICE)
    return Unpacked(folder, tuple(files), left_out)


def _directory_size(path: Path) -> int:
    """The declared size of an archive's table of contents, which the library reads as a whole; 0 without one."""
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        start = max(0, end - (1 << 16) - 22)
        file.seek(start)
        tail = file.read()
        at = tail.rfind(END)
        if at < 0 or len(tail) - at < 22:
            return 0
        (size,) = struct.unpack_from("<I", tail, at + 12)
        if at >= 20 and tail[at - 20 :].startswith(END_64):
            file.seek(max(0, min(end, struct.unpack_from("<Q", tail, at - 12)[0])))
            record = file.read(56)
            return int(struct.unpack_from("<Q", record, 40)[0]) if len(record) == 56 else LARGEST_DIRECTORY + 1
    return int(size)


def member_name(member: zipfile.ZipInfo) -> str:
    """The name of a member as it was meant: older programs store UTF-8 without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def safe_name(name: str) -> str:
    """The last part of a member's path as a file name that every system takes."""
    last = UNSAFE.sub("_", PurePosixPath(name.replace("\\", "/")).name).strip(" .") or "export"
    stem, suffix = os.path.splitext(last)  # noqa: PTH122 - Path would take a name such as "a:b" apart
    short = stem[: LONGEST_NAME - len(suffix[:20])] + suffix[:20]
    return f"_{short}" if RESERVED.match(short) else short


def _sorted_out(path: Path, members: list[zipfile.ZipInfo]) -> tuple[list[zipfile.ZipInfo], tuple[LeftOut, ...]]:
    """The members that may be exports, and why each of the others is none.

    Raises:
        UserError: a member is one that no honest archive has.
    """
    if len(members) > MOST_MEMBERS:
        raise _too_many(path, f"{len(members):,} files, more than")
    for name, count in Counter(member.filename for member in members).items():
        if count > 1:
            raise UserError(f"'{path.name}' holds {count} files of one name: '{safe_name(name)}'.", ADVICE)
    wanted, left_out = [], []
    for one in members:
        name = member_name(one)
        if CLIMBS.search(name) or CLIMBS.search(one.orig_filename):
            raise UserError(f"'{path.name}' holds a file that leads out of its folder: '{name[:120]}'.", ADVICE)
        why = _no_export(one, name)
        if not why:
            wanted.append(one)
        elif why != "hidden":
            left_out.append(LeftOut(safe_name(name), why))
    _refuse_protected(path, wanted)
    return wanted, tuple(left_out)


def _no_export(one: zipfile.ZipInfo, name: str) -> str:
    """Why a member is not taken for an export; empty when it is."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if any(part.startswith((".", "__MACOSX")) for part in parts):
        return "hidden"
    if stat.S_IFMT(one.external_attr >> 16) not in (0, stat.S_IFREG):
        return "it is a link to another place, not a file"
    suffix = PurePosixPath(parts[-1]).suffix.lower() if parts else ""
    if suffix in ARCHIVE_NAMES:
        return "it is an archive itself; unpack it and import what is in it"
    if suffix not in EXPORT_NAMES:
        return "it is not a file with rows (.csv, .xlsx …)"
    return "" if one.file_size else "it is empty"


def _refuse_protected(path: Path, wanted: list[zipfile.ZipInfo]) -> None:
    if any(one.flag_bits & 1 for one in wanted):
        raise UserError(f"'{path.name}' is protected with a password.", "Unpack it yourself and import the files.")
    odd = next((one for one in wanted if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)), None)
    if odd is not None:
        name = safe_name(member_name(odd))
        raise UserError(f"'{name}' in '{path.name}' is packed in a way that cannot be read.", ADVICE)


def _refuse_bombs(path: Path, wanted: list[zipfile.ZipInfo]) -> None:
    for one in wanted:
        name = safe_name(member_name(one))
        if one.file_size > LARGEST_MEMBER:
            raise UserError(f"'{name}' in '{path.name}' is larger than 1 GB.", "Export a shorter span of time.")
        if one.file_size > RATIO_FROM and one.file_size > RATIO * max(1, one.compress_size):
            raise UserError(f"'{name}' in '{path.name}' unpacks to far more than its size allows.", ADVICE)
    if sum(one.file_size for one in wanted) > MOST_BYTES:
        raise UserError(f"'{path.name}' unpacks to more than 4 GB.", "Export a shorter span of time.")


def _refuse_without_room(path: Path, wanted: list[zipfile.ZipInfo], folder: Path) -> None:
    need = sum(one.file_size for one in wanted)
    if need + SPARE > shutil.disk_usage(folder).free:
        raise UserError(
            f"There is no room to unpack '{path.name}': {need >> 20:,} MB are needed in {folder.parent}.",
            "Free some space on that disk and try again.",
        )


def _written(archive: zipfile.ZipFile, one: zipfile.ZipInfo, to: Path) -> Generator[int, None, None]:
    """Write a member, and give the size of every block; the library stops at the size declared and checks the sum."""
    to.parent.mkdir(mode=0o700)
    size = 0
    with archive.open(one) as packed, to.open("xb") as file:
        while block := packed.read(BLOCK):
            size += file.write(block)
            yield len(block)
    if size != one.file_size:
        raise zipfile.BadZipFile(f"'{to.name}' is shorter than it says")


def _keep_time(one: zipfile.ZipInfo, path: Path, to: Path) -> None:
    """Let a file be of the day that the archive tells, else of the archive's own: it may be the day of its data."""
    written = path.stat().st_mtime
    if one.date_time[0] >= 1990:
        with suppress(ValueError, OverflowError):
            written = time.mktime((*one.date_time, 0, 0, -1))
    os.utime(to, (written, written))


def _too_many(path: Path, what: str) -> UserError:
    return UserError(f"'{path.name}' holds {what} the {MOST_MEMBERS:,} that can be read at once.", ADVICE)
