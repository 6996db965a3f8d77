// Connects to a port of its own. 0: connected or refused; 1: the system does not know how.
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream};

#[no_mangle]
pub extern "C" fn run() -> i32 {
    match TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], 9))) {
        Err(error) if error.kind() != ErrorKind::ConnectionRefused => 1,
        _ => 0,
    }
}

#[allow(dead_code)]
fn main() {
    std::process::exit(run());
}
