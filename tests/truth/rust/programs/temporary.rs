// Asks for the folder of temporary files, which std has no answer for without an operating system.
#[no_mangle]
pub extern "C" fn run() -> i32 {
    if std::env::temp_dir().as_os_str().is_empty() { 2 } else { 0 }
}

#[allow(dead_code)]
fn main() {
    std::process::exit(run());
}
