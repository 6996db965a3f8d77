"""Unreal: projects, plug-ins and settings."""
