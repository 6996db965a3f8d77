//! What a page's JavaScript calls. The page draws, and its animation frames keep the time.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::universe;

#[wasm_bindgen]
pub struct Game(universe::Universe);

#[wasm_bindgen]
impl Game {
    #[wasm_bindgen(constructor)]
    pub fn new(pattern: &str, width: usize, height: usize) -> Game {
        Game(universe::parse(pattern, width, height))
    }

    pub fn step(&mut self) {
        self.0.step();
    }

    pub fn draw(&self) -> String {
        self.0.draw()
    }
}
