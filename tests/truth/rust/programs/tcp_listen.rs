// Listens. 0: it has an address; 1: an error was returned.
use std::net::TcpListener;

#[no_mangle]
pub extern "C" fn run() -> i32 {
    match TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()) {
        Ok(_) => 0,
        Err(_) => 1,
    }
}

#[allow(dead_code)]
fn main() {
    std::process::exit(run());
}
