"""The window: everything that knows Qt."""

import builtins

import PySide6.QtCore  # noqa: F401  (it puts two imports of its own in front of Python's)

# The outer one reads the source of every module imported after it, to see whether that asks for a `__feature__` of
# PySide. None of ours does, and the reading cost a start 80 ms and 19 MB. The inner one, which PySide keeps under this
# name and which loads the classes that `import *` asks for, stays; a PySide without that name keeps both.
builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
