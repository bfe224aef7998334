"""KPI Desk: a sales manager's scorecards, trends and one-on-ones from CRM exports, offline, in one file."""

__version__ = "0.1.0"
