"""Projects in a tree, and the graph of their components: one module an ecosystem, `layout` puts them together."""

from portlint.projects.layout import Layout, layout
from portlint.projects.libraries import known_library, library_path, native_platforms
from portlint.projects.locate import Locator, ships

__all__ = ["Layout", "Locator", "known_library", "layout", "library_path", "native_platforms", "ships"]
