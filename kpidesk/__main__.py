"""Run KPI Desk: `python -m kpidesk`."""

from kpidesk.cli import main

if __name__ == "__main__":
    main()
