"""The code by which the range of a forecast is proven again."""

from __future__ import annotations

from kpidesk.core.forecasts import MethodId
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.operations.forecast_known import plain
from kpidesk.operations.forecast_methods import Estimate
from kpidesk.operations.page_numbers import range_number
from kpidesk.operations.receipt_code import receipt_code
from kpidesk.operations.workspace import Workspace


def range_code(ws: Workspace, asked: Question, method: MethodId, made: Estimate) -> str:
    """The code of the range that a method gives."""
    return receipt_code(ws, range_number(method), plain(asked), result_of_range(made))


def result_of_range(made: Estimate) -> Result:
    """The middle of a range as a number, with its ends."""
    found = made.found
    if found is None:
        return Result(None, float(made.periods), reason=made.reason)
    ends = None if found.low is None or found.high is None else (found.low, found.high)
    return Result(found.shown, float(made.periods), likely=ends)
