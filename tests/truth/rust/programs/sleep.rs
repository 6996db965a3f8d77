// Sleeps for a moment. 0: it came back.
#[no_mangle]
pub extern "C" fn run() -> i32 {
    std::thread::sleep(std::time::Duration::from_millis(5));
    0
}

#[allow(dead_code)]
fn main() {
    std::process::exit(run());
}
