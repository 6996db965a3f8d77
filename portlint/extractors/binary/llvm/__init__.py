"""LLVM bitcode: what `-flto` and `-emit-llvm` leave in object files."""
