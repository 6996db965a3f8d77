"""Extractors of project files and manifests."""

from portlint.extractors.manifest import export_presets, gdextension, gdnlib, gdns, plugin_cfg, project_godot, scene

EXTRACTORS = (export_presets, gdextension, gdnlib, gdns, plugin_cfg, project_godot, scene)
