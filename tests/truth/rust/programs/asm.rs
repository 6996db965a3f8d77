// Instructions of x86-64.
#[no_mangle]
pub extern "C" fn run() -> i32 {
    let mut x: u64 = 3;
    unsafe { core::arch::asm!("add {0}, 4", inout(reg) x) };
    if x == 7 { 0 } else { 2 }
}

#[allow(dead_code)]
fn main() {
    std::process::exit(run());
}
