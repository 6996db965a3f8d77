"""WebAssembly: core modules, side modules, objects and components."""
