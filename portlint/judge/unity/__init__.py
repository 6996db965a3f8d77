"""Unity: what its web player gets of a project."""
