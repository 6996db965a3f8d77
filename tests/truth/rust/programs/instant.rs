// Reads the monotonic clock. 0: it does not go back.
use std::time::Instant;

#[no_mangle]
pub extern "C" fn run() -> i32 {
    let first = Instant::now();
    if Instant::now() >= first { 0 } else { 2 }
}

#[allow(dead_code)]
fn main() {
    std::process::exit(run());
}
