//! Holds documents to their published schemas, in tests.

use serde_json::{Value, json};

/// Holds `value` to a definition of the schema. It knows the keywords that the schema uses, and no others.
pub(crate) fn conforms(schema: &Value, definition: &str, value: &Value) {
    let breach = breach(schema, &json!({ "$ref": format!("#/$defs/{definition}") }), value);
    assert_eq!(breach, None, "{value}");
}

fn breach(root: &Value, rule: &Value, value: &Value) -> Option<String> {
    let known = [
        "$ref",
        "type",
        "enum",
        "const",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "oneOf",
        "description",
        "minimum",
        "pattern",
        "maxItems",
        "default",
    ];
    let rule = match rule.as_object() {
        Some(rule) => rule,
        None => return (rule == false).then(|| format!("{value} must not be here")),
    };
    assert!(rule.keys().all(|keyword| known.contains(&keyword.as_str())), "{rule:?}");
    if let Some(reference) = rule.get("$ref") {
        let pointer = reference.as_str().unwrap().trim_start_matches('#');
        return breach(root, root.pointer(pointer).unwrap(), value);
    }
    let is = |kind: &Value| match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{other}"),
    };
    if let Some(kind) = rule.get("type")
        && !kind.as_array().map_or_else(|| is(kind), |kinds| kinds.iter().any(is))
    {
        return Some(format!("{value} is not of type {kind}"));
    }
    if let Some(values) = rule.get("enum")
        && !values.as_array().unwrap().contains(value)
    {
        return Some(format!("{value} is none of {values}"));
    }
    if let Some(only) = rule.get("const")
        && only != value
    {
        return Some(format!("{value} is not {only}"));
    }
    if let Some(least) = rule.get("minimum")
        && value.as_u64() < least.as_u64()
    {
        return Some(format!("{value} is less than {least}"));
    }
    if let Some(ways) = rule.get("oneOf") {
        let fitting = ways.as_array().unwrap().iter().filter(|way| breach(root, way, value).is_none()).count();
        if fitting != 1 {
            return Some(format!("{value} fits {fitting} of {ways}"));
        }
    }
    if let Some(object) = value.as_object() {
        for name in rule.get("required").and_then(Value::as_array).into_iter().flatten() {
            if !object.contains_key(name.as_str().unwrap()) {
                return Some(format!("{value} has no {name}"));
            }
        }
        for (name, member) in object {
            let rule = rule.get("properties").and_then(|known| known.get(name)).or(rule.get("additionalProperties"));
            if let Some(breach) = rule.and_then(|rule| breach(root, rule, member)) {
                return Some(format!("{name}: {breach}"));
            }
        }
    }
    if let (Some(elements), Some(rule)) = (value.as_array(), rule.get("items")) {
        return elements.iter().find_map(|element| breach(root, rule, element));
    }
    None
}
