"""What the architecture promises, checked on the package and on copies of it with one promise broken."""
