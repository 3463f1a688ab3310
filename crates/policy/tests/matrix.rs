//! The decision matrix against its golden file; a change to the table of decisions shows as a diff of that file.
//!
//! `cargo run -p rolecall-policy --example matrix > crates/policy/tests/golden/matrix.txt` writes it anew.

mod matrix_table;
mod support;

#[test]
fn the_decision_matrix_is_the_golden_one() {
    let golden = include_str!("golden/matrix.txt");
    let now = matrix_table::matrix();
    for (number, (now, golden)) in now.lines().zip(golden.lines()).enumerate() {
        assert_eq!(now, golden, "line {}", number + 1);
    }
    assert_eq!(now.lines().count(), golden.lines().count());
}
