// Runs a program. 0: it ran; 1: an error was returned.
use std::process::Command;

#[no_mangle]
pub extern "C" fn run() -> i32 {
    match Command::new("true").status() {
        Ok(_) => 0,
        Err(_) => 1,
    }
}

#[allow(dead_code)]
fn main() {
    std::process::exit(run());
}
