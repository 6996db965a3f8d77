"""Extractors of project files and manifests."""

from portlint.extractors.manifest import (
    export_presets,
    gdextension,
    gdnlib,
    gdns,
    godot_shader,
    plugin_cfg,
    project_godot,
    scene,
    unity_asmdef,
    unity_jslib,
    unity_meta,
    unity_packages,
    unity_scene,
    unity_settings,
    unity_version,
)

UNITY = (unity_asmdef, unity_jslib, unity_meta, unity_packages, unity_scene, unity_settings, unity_version)

EXTRACTORS = (export_presets, gdextension, gdnlib, gdns, godot_shader, plugin_cfg, project_godot, scene, *UNITY)
