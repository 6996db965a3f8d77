// Reads an environment variable that is set. 0: there it is; 3: it seems not to be set.
#[no_mangle]
pub extern "C" fn run() -> i32 {
    if std::env::var("PORTLINT_TRUTH").is_ok() { 0 } else { 3 }
}

#[allow(dead_code)]
fn main() {
    std::process::exit(run());
}
