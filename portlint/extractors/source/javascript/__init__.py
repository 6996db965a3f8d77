"""JavaScript and TypeScript, by tree-sitter."""
