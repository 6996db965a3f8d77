//! The cells and their rule. Nothing here asks the system for anything.

/// Cells on a torus: the last column is the neighbour of the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Universe {
    width: usize,
    height: usize,
    cells: Vec<bool>,
}

impl Universe {
    pub fn new(width: usize, height: usize) -> Universe {
        Universe { width, height, cells: vec![false; width * height] }
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn height(&self) -> usize {
        self.height
    }

    pub fn is_alive(&self, row: usize, column: usize) -> bool {
        self.cells[row * self.width + column]
    }

    pub fn set(&mut self, row: usize, column: usize, alive: bool) {
        let index = (row % self.height) * self.width + column % self.width;
        self.cells[index] = alive;
    }

    /// The next generation.
    pub fn step(&mut self) {
        let mut next = self.cells.clone();
        for row in 0..self.height {
            for column in 0..self.width {
                let neighbours = self.neighbours(row, column);
                let alive = self.is_alive(row, column);
                next[row * self.width + column] = neighbours == 3 || (alive && neighbours == 2);
            }
        }
        self.cells = next;
    }

    fn neighbours(&self, row: usize, column: usize) -> usize {
        let mut count = 0;
        for down in [self.height - 1, 0, 1] {
            for right in [self.width - 1, 0, 1] {
                let is_itself = down == 0 && right == 0;
                let there = self.is_alive((row + down) % self.height, (column + right) % self.width);
                count += usize::from(!is_itself && there);
            }
        }
        count
    }

    pub fn draw(&self) -> String {
        let line = |row: &[bool]| row.iter().map(|&cell| if cell { '#' } else { '.' }).collect::<String>() + "\n";
        self.cells.chunks(self.width).map(line).collect()
    }
}

/// Read a pattern: `#` is a living cell, every line a row.
pub fn parse(text: &str, width: usize, height: usize) -> Universe {
    let mut universe = Universe::new(width, height);
    for (row, line) in text.lines().enumerate() {
        for (column, _) in line.chars().enumerate().filter(|&(_, sign)| sign == '#') {
            universe.set(row, column, true);
        }
    }
    universe
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn a_glider_comes_back_on_a_torus() {
        let start = Instant::now();
        let first = parse(".#\n..#\n###", 8, 8);
        let mut later = first.clone();
        for _ in 0..32 {
            later.step();
        }
        assert_eq!(first, later);
        println!("{:?}", start.elapsed());
    }
}
