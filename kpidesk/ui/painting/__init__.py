"""Scorecards and trends drawn with one painter, the same on a screen, a PDF and a picture."""
