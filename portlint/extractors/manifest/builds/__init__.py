"""Build systems of C and C++: read, never run."""
