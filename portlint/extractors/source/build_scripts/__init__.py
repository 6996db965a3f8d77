"""Unreal's build scripts: C# that is read and never run."""
