"""Extractors of project files and manifests."""

from types import ModuleType

from portlint.extractors.manifest import (
    bevy,
    cocos_creator,
    defold,
    export_presets,
    gamemaker,
    gdextension,
    gdnlib,
    gdns,
    godot_shader,
    love,
    monogame,
    npm_game,
    o3de,
    plugin_cfg,
    project_godot,
    pygame_project,
    renpy,
    scene,
    unity_asmdef,
    unity_jslib,
    unity_meta,
    unity_packages,
    unity_scene,
    unity_settings,
    unity_version,
    unreal_config,
    unreal_plugin,
    unreal_project,
)

GODOT = (export_presets, gdextension, gdnlib, gdns, godot_shader, plugin_cfg, project_godot, scene)
UNITY = (unity_asmdef, unity_jslib, unity_meta, unity_packages, unity_scene, unity_settings, unity_version)
UNREAL = (unreal_config, unreal_plugin, unreal_project)
OTHERS = (bevy, cocos_creator, defold, gamemaker, love, monogame, npm_game, o3de, pygame_project, renpy)

# The first one that wants a file reads it.
EXTRACTORS: tuple[ModuleType, ...] = (*GODOT, *UNITY, *UNREAL, *OTHERS)
