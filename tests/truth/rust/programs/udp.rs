// A datagram to itself. 0: arrived; 1: an error was returned; 2: sent, and nothing arrived.
use std::net::UdpSocket;
use std::time::Duration;

#[no_mangle]
pub extern "C" fn run() -> i32 {
    let socket = match UdpSocket::bind("127.0.0.1:0") {
        Ok(socket) => socket,
        Err(_) => return 1,
    };
    let _ = socket.set_read_timeout(Some(Duration::from_secs(1)));
    let own = match socket.local_addr() {
        Ok(own) => own,
        Err(_) => return 1,
    };
    if socket.send_to(b"ping", own).is_err() {
        return 1;
    }
    let mut buffer = [0; 16];
    match socket.recv_from(&mut buffer) {
        Ok((4, _)) => 0,
        _ => 2,
    }
}

#[allow(dead_code)]
fn main() {
    std::process::exit(run());
}
