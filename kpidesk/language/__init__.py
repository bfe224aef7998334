"""KPI formula text to a checked tree, and back to text and words."""
