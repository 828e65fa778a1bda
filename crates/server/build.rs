//! The workstation lies in the program as it was built last, so the program is built anew when it changes.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../../web/dist");
}
