"""How sure a number is, where improvement is counted from, and how much of a target is due by a day."""
