"""Can this game, or this game server, run as WebAssembly: asked before the port begins."""

__version__ = "0.1.0"
