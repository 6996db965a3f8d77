// Reads the calendar clock. 0: after 1970.
use std::time::{SystemTime, UNIX_EPOCH};

#[no_mangle]
pub extern "C" fn run() -> i32 {
    if SystemTime::now() > UNIX_EPOCH { 0 } else { 2 }
}

#[allow(dead_code)]
fn main() {
    std::process::exit(run());
}
