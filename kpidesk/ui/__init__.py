"""The window: everything that knows Qt."""

import builtins

import PySide6.QtCore  # noqa: F401  (it puts its own import in the place of Python's)

# PySide reads the source of every module imported after it, to see whether that asks for a `__feature__` of PySide.
# None of ours does, and the reading cost a start 80 ms and 19 MB.
builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
