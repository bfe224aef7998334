"""Export file to typed records: what the file is, how its columns map, and the value of every cell."""

from kpidesk.importing.dialects import Dialect, read_dialect
from kpidesk.importing.headers import header_key
from kpidesk.importing.inspecting import chunks, inspect
from kpidesk.importing.mapping import parse
from kpidesk.importing.rules import Plan

__all__ = ["Dialect", "Plan", "chunks", "header_key", "inspect", "parse", "read_dialect"]
