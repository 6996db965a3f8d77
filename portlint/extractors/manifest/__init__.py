"""Extractors of project files and manifests."""

from types import ModuleType

from portlint.extractors.manifest.builds import (
    cmake,
    conan,
    gitmodules,
    makefile,
    makefile_configure,
    meson,
    scons,
    vcpkg,
)
from portlint.extractors.manifest.containers import agones_playfab, dockerfile, yaml_manifests
from portlint.extractors.manifest.engines import (
    cocos_creator,
    defold,
    gamemaker,
    love,
    npm_game,
    o3de,
    pygame_project,
    renpy,
)
from portlint.extractors.manifest.godot import (
    export_presets,
    gdextension,
    gdnlib,
    gdns,
    plugin_cfg,
    project_godot,
    scene,
)
from portlint.extractors.manifest.godot import shader as godot_shader
from portlint.extractors.manifest.packages import (
    cargo,
    cargo_lock,
    csproj,
    csproj_solution,
    go_mod,
    npm,
    npm_lock,
    npm_pnpm,
    npm_yarn,
    nuget,
    pyproject,
    pyproject_lock,
    requirements,
    rockspec,
    zig_zon,
)
from portlint.extractors.manifest.unity import asmdef as unity_asmdef
from portlint.extractors.manifest.unity import jslib as unity_jslib
from portlint.extractors.manifest.unity import meta as unity_meta
from portlint.extractors.manifest.unity import packages as unity_packages
from portlint.extractors.manifest.unity import scene as unity_scene
from portlint.extractors.manifest.unity import settings as unity_settings
from portlint.extractors.manifest.unity import version as unity_version
from portlint.extractors.manifest.unreal import config as unreal_config
from portlint.extractors.manifest.unreal import plugin as unreal_plugin
from portlint.extractors.manifest.unreal import project as unreal_project

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
