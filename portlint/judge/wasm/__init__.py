"""WebAssembly that is built already."""
