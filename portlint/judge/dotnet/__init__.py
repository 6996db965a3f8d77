""".NET projects outside of engines."""
