"""Rust, by tree-sitter."""
