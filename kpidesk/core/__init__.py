"""The words and the rules of KPI Desk: frozen values and pure functions, standard library only."""
