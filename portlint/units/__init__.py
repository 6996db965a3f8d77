"""Which uses of a C-family code base are alive under a target's macros, and what its headers lack."""
