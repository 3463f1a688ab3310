//! Any bytes, taken for records of CloudTrail: reading, choosing, comparing and telling them never panics, every place lies
//! in the text, and what is told is told the same twice.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rolecall_doctor::record;

fuzz_target!(|bytes: &[u8]| {
    match record::read(bytes) {
        Ok(found) => {
            let _ = found.choose(None);
            let _ = found.choose(Some("9d2c"));
            for one in found.records.iter().take(4) {
                assert_eq!(record::record_json(one), record::record_json(one));
                for other in found.records.iter().take(4) {
                    let compared = record::compare(one, other);
                    assert_eq!(compared.differences.is_empty(), one == other || {
                        record::compare(other, one).differences.is_empty()
                    });
                    assert!(record::comparison_text(&compared).ends_with('\n'));
                    let _ = record::comparison_json(&compared);
                }
            }
        }
        Err(error) => {
            if let Some((line, column)) = error.place() {
                assert!(line >= 1 && column >= 1, "{error}");
            }
        }
    }
});
