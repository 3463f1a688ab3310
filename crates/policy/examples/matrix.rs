//! Prints the decision matrix, for its golden file.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

#[path = "../tests/matrix_table/mod.rs"]
mod matrix_table;
#[path = "../tests/support/mod.rs"]
mod support;

fn main() {
    print!("{}", matrix_table::matrix());
}
