"""The verbs of the app over real files and a real workspace."""
