// std::thread::spawn panics where there is no second thread. 0: the thread answered.
#[no_mangle]
pub extern "C" fn run() -> i32 {
    match std::thread::spawn(|| 42).join() {
        Ok(42) => 0,
        _ => 2,
    }
}

#[allow(dead_code)]
fn main() {
    std::process::exit(run());
}
