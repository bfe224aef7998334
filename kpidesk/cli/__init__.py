"""The command line: each command calls one operation and prints its value as text or JSON.

A module is loaded when one of its commands runs (`homes` says which is where), so that none waits for the others.
"""

from kpidesk.cli.group import main

__all__ = ["main"]
