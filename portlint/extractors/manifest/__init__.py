"""Extractors of project files and manifests."""

from types import ModuleType

from portlint.extractors.manifest import (
    agones_playfab,
    cargo,
    cargo_lock,
    cmake,
    cocos_creator,
    conan,
    csproj,
    csproj_solution,
    defold,
    dockerfile,
    export_presets,
    gamemaker,
    gdextension,
    gdnlib,
    gdns,
    gitmodules,
    go_mod,
    godot_shader,
    love,
    makefile,
    makefile_configure,
    meson,
    npm,
    npm_game,
    npm_lock,
    npm_pnpm,
    npm_yarn,
    nuget,
    o3de,
    plugin_cfg,
    project_godot,
    pygame_project,
    pyproject,
    pyproject_lock,
    renpy,
    requirements,
    rockspec,
    scene,
    scons,
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
    vcpkg,
    yaml_manifests,
    zig_zon,
)

GODOT = (export_presets, gdextension, gdnlib, gdns, godot_shader, plugin_cfg, project_godot, scene)
UNITY = (unity_asmdef, unity_jslib, unity_meta, unity_packages, unity_scene, unity_settings, unity_version)
UNREAL = (unreal_config, unreal_plugin, unreal_project)
# These leave the marks of engines that live in an ecosystem's own manifest (Bevy, MonoGame, Phaser, pygame), too.
PACKAGES = (
    *(cargo, cargo_lock, csproj, csproj_solution, nuget, go_mod, npm, npm_lock, npm_pnpm, npm_yarn),
    *(pyproject, pyproject_lock, requirements, rockspec, zig_zon),
)
OTHER_ENGINES = (cocos_creator, defold, gamemaker, love, npm_game, o3de, pygame_project, renpy)
BUILDS = (cmake, conan, gitmodules, makefile, makefile_configure, meson, scons, vcpkg)
CONTAINERS = (agones_playfab, dockerfile, yaml_manifests)  # the last one wants nearly every `.yaml`

# The first one that wants a file reads it.
EXTRACTORS: tuple[ModuleType, ...] = (*GODOT, *UNITY, *UNREAL, *PACKAGES, *OTHER_ENGINES, *BUILDS, *CONTAINERS)
