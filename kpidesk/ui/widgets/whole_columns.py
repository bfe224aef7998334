"""A table of deals or other records whose cells are words: beside the shade, its view ends with a whole column."""

from __future__ import annotations

from itertools import accumulate

from kpidesk.ui.widgets.receipt_table import RecordTable

GIVES = 0.15
"""Up to which part of the widest column is taken from it, so that one more column is seen whole."""


class WholeColumns(RecordTable):
    """A table of records in which no column is cut within a word at the edge; a class because it is a widget."""

    def fit(self) -> None:
        """As every table, then share what is left of the width among the columns that are seen whole."""
        super().fit()
        room = self.viewport().width()
        for at, width in enumerate(
            whole_widths([self.columnWidth(at) for at in range(self.records.columnCount())], room)
        ):
            self.setColumnWidth(at, width)


def whole_widths(widths: list[int], room: int) -> list[int]:
    """The widths of columns with those at the left ending at `room`; as they are where all have it, or only one does.

    Where one more column lacks little, the widest one gives it.
    """
    found, ends = list(widths), list(accumulate(widths))
    whole = sum(end <= room for end in ends)
    if whole == len(widths) or not whole:
        return found
    widest = max(range(whole), key=found.__getitem__)
    if (short := ends[whole] - room) <= GIVES * found[widest]:
        found[widest] -= short
    elif whole > 1:
        each, rest = divmod(room - ends[whole - 1], whole)
        found[:whole] = [width + each + (rest if at == 0 else 0) for at, width in enumerate(found[:whole])]
    return found
