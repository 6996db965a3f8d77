"""Projects in a tree, and the graph of their components: one module an ecosystem, `layout` puts them together."""

from portlint.projects.godot import godot_version
from portlint.projects.layout import Layout, layout
from portlint.projects.libraries import library_path, native_platforms
from portlint.projects.locate import Locator, ships

__all__ = ["Layout", "Locator", "godot_version", "layout", "library_path", "native_platforms", "ships"]
