"""A small export whose numbers can be worked out by hand, and the workspace made of it.

Closed in Q1 2025 are D04 … D10: won 10,000 (Ann, 20 days), 12,400 (Ann, 46), 5,000 (Bo, 60), 7,600 (Cy, 56); lost one
of Bo and two of Cy. So bookings are 35,000, the win rate is 4 of 7, a won deal is worth 8,750 on average, and the
middle cycle lies between 46 and 56 days. Created in Q1 2025 are D04, D05, D08 … D11 with 30,000 in all.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.flow import ask

TODAY = date(2025, 5, 5)
DEALS = """\
opportunity_id,sales_agent,account,deal_stage,engage_date,close_date,close_value
D01,Ann Lee,Velomark Foods,Won,2024-10-07,2024-11-06,8000
D02,Bo Dahl,Torvlund Tools,Lost,2024-10-10,2024-12-02,0
D03,Cy Frey,Hesterra Energy,Won,2024-10-14,2024-12-13,6000
D04,Ann Lee,Odal Printing,Won,2025-01-06,2025-01-26,10000
D05,Ann Lee,Velomark Foods,Won,2025-01-14,2025-03-01,12400
D06,Bo Dahl,Brixen Paper,Lost,2024-12-16,2025-02-03,0
D07,Bo Dahl,Torvlund Tools,Won,2024-12-20,2025-02-18,5000
D08,Cy Frey,Nyvik Motors,Lost,2025-01-20,2025-02-27,0
D09,Cy Frey,Calder Hotels,Lost,2025-02-01,2025-03-14,0
D10,Cy Frey,Hesterra Energy,Won,2025-02-03,2025-03-31,7600
D11,Bo Dahl,Torvlund Tools,Engaging,2025-02-03,,
D12,Ann Lee,Odal Printing,Prospecting,,,
"""
TEAMS = """\
sales_agent,manager,regional_office
Ann Lee,Dana Ortiz,Central
Bo Dahl,Dana Ortiz,Central
Cy Frey,Eli Stone,West
"""
LATER = """\
opportunity_id,sales_agent,account,deal_stage,engage_date,close_date,close_value
D04,Ann Lee,Odal Printing,Won,2025-01-06,2025-01-26,10000
D11,Bo Dahl,Torvlund Tools,Won,2025-02-03,2025-04-20,9000
D13,Ann Lee,Velomark Foods,Lost,2025-02-31,2025-04-21,0
D14,Bo Dahl,Brixen Paper,Won,2025-04-03,2025-04-22,12k5
,Bo Dahl,Brixen Paper,Won,2025-04-03,2025-04-22,1
"""
STAGES = ("--stage", "Won=won", "--stage", "Lost=lost", "--stage", "Engaging=open", "--stage", "Prospecting=open")


def write(folder: Path, name: str, text: str) -> Path:
    """A file of this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def build(folder: Path) -> Path:
    """A workspace with the deals as of 2 April 2025 and the teams."""
    path = folder / "sales.kpidesk"
    ask("import", path, write(folder, "pipeline.csv", DEALS), *STAGES, "--as-of", "2025-04-02")
    ask("import", path, write(folder, "teams.csv", TEAMS), "--kind", "people", "--as-of", "2025-04-02")
    return path
