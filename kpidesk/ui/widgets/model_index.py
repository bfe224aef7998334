"""What Qt asks a model about: a place in a list, a table or a tree."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
"""The place above the first level: the parent of every row of a list or a table."""
