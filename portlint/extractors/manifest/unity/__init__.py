"""Unity: settings, packages, metas, assemblies, scenes and web plug-ins."""
