"""Export file to typed records: what the file is, how its columns map, and the value of every cell."""

from typing import TYPE_CHECKING

from kpidesk.importing.homes import HOMES
from kpidesk.on_demand import on_demand

if TYPE_CHECKING:
    from kpidesk.importing.archives import Unpacked, is_archive, unpack
    from kpidesk.importing.companions import companions
    from kpidesk.importing.dialects import Dialect, read_dialect
    from kpidesk.importing.headers import header_key
    from kpidesk.importing.inspecting import chunks, inspect
    from kpidesk.importing.mapping import parse
    from kpidesk.importing.preparations import is_preparation, read_preparation
    from kpidesk.importing.profiles import Profile, as_undone, read_profile
    from kpidesk.importing.rules import Plan, headers_of
    from kpidesk.importing.tables import open_source

on_demand(__name__, HOMES)
