//! life PATTERN [GENERATIONS]: plays a pattern from a file on standard output.

#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
fn main() -> std::io::Result<()> {
    use std::{env, fs, time::Instant};

    let mut arguments = env::args().skip(1);
    let pattern = match arguments.next() {
        Some(path) => fs::read_to_string(path)?,
        None => String::from(".#\n..#\n###\n"),
    };
    let generations = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(4);
    let start = Instant::now();
    let mut universe = life::parse(&pattern, width(), 16);
    for _ in 0..generations {
        universe.step();
        pause();
    }
    print!("{}", universe.draw());
    eprintln!("{generations} generations in {:?}", start.elapsed());
    Ok(())
}

/// In a page there is no program to start: its JavaScript takes the library.
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
fn main() {}

#[cfg(all(unix, not(target_family = "wasm")))]
fn width() -> usize {
    use std::os::unix::io::AsRawFd;
    usize::from(std::io::stdout().as_raw_fd() >= 0) * 32
}

#[cfg(not(all(unix, not(target_family = "wasm"))))]
#[allow(dead_code)]
fn width() -> usize {
    32
}

#[cfg(not(target_family = "wasm"))]
fn pause() {
    std::thread::sleep(std::time::Duration::from_millis(30));
}

#[cfg(target_family = "wasm")]
#[allow(dead_code)]
fn pause() {}
