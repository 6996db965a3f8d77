"""Cargo projects: crates and features."""
