"""Packages that may hold libraries: zip files and their kin, and Unity's packages."""
