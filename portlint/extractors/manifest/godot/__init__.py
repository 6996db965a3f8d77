"""Godot's text format: projects, presets, extensions and scenes."""
