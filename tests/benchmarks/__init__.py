"""Speed beside a named peer in the same run; run by `packaging/dev.py bench`, never part of the test suite."""
