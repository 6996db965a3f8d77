"""The container that a server ships in today."""
