// Looks localhost up. 0: an address; 1: an error was returned.
use std::net::ToSocketAddrs;

#[no_mangle]
pub extern "C" fn run() -> i32 {
    match ("localhost", 80).to_socket_addrs() {
        Ok(found) => i32::from(found.count() == 0),
        Err(_) => 1,
    }
}

#[allow(dead_code)]
fn main() {
    std::process::exit(run());
}
