"""Python, by tree-sitter."""
