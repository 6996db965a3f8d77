"""GDScript, by tree-sitter."""
