"""Mach-O: macOS and iOS."""
