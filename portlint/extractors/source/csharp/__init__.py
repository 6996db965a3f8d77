"""C#, by tree-sitter."""
