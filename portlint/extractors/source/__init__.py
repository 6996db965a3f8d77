"""Readers of source code: see `readers.py`."""
