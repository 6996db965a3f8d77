"""The metadata of .NET assemblies, which lie in PE files."""
