"""The module of each name of this package, by its imports; `python -m tests.architecture.documents` writes it."""

HOMES = {
    "Dialect": "kpidesk.importing.dialects",
    "Plan": "kpidesk.importing.rules",
    "Profile": "kpidesk.importing.profiles",
    "Unpacked": "kpidesk.importing.archives",
    "as_undone": "kpidesk.importing.profiles",
    "chunks": "kpidesk.importing.inspecting",
    "companions": "kpidesk.importing.companions",
    "header_key": "kpidesk.importing.headers",
    "headers_of": "kpidesk.importing.rules",
    "inspect": "kpidesk.importing.inspecting",
    "is_archive": "kpidesk.importing.archives",
    "is_preparation": "kpidesk.importing.preparations",
    "open_source": "kpidesk.importing.tables",
    "parse": "kpidesk.importing.mapping",
    "read_dialect": "kpidesk.importing.dialects",
    "read_preparation": "kpidesk.importing.preparations",
    "read_profile": "kpidesk.importing.profiles",
    "unpack": "kpidesk.importing.archives",
}
