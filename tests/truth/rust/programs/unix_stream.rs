// A Unix domain socket: std has no such module where the system is no Unix.
use std::os::unix::net::UnixStream;

#[no_mangle]
pub extern "C" fn run() -> i32 {
    match UnixStream::pair() {
        Ok(_) => 0,
        Err(_) => 1,
    }
}

#[allow(dead_code)]
fn main() {
    std::process::exit(run());
}
