"""Godot: what its exporter does with a project."""
