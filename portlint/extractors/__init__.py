"""What is in a file: one module a format, which knows no rule and no target."""
