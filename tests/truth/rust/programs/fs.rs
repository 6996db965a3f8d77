// Writes a file and reads it again. 0: the same; 1: an error was returned; 2: something else came back.
use std::fs;

#[no_mangle]
pub extern "C" fn run() -> i32 {
    if fs::write("/data/truth.txt", b"saved").is_err() {
        return 1;
    }
    match fs::read("/data/truth.txt") {
        Ok(found) if found == b"saved" => 0,
        Ok(_) => 2,
        Err(_) => 1,
    }
}

#[allow(dead_code)]
fn main() {
    std::process::exit(run());
}
