"""Tests of KPI Desk, in the shape of the package."""
