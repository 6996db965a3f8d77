"""Unreal: its road to a target, and what would have to go."""
