//! Conway's Game of Life on a torus, after the Rust and WebAssembly book's example, written anew.

mod universe;

#[cfg(feature = "browser")]
mod browser;

pub use universe::{parse, Universe};
