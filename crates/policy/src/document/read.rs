//! From text to document: the grammar of IAM's policy language.
//!
//! Source: IAM User Guide, "Grammar of the IAM JSON policy language".

use crate::document::model::{Condition, List, Pattern, PrincipalEntry, Range, Statement, Text, Value};
use crate::document::{Document, Effect, PrincipalKind, Version, compile, principal, repeated::repeated};
use crate::json::{Cursor, Shape, StringToken, unescape};
use crate::{Key, ParseError, Span, SyntaxError, condition::Operator};
use std::borrow::Cow;

/// Reads a document.
pub(super) fn read(text: &str) -> Result<Document, ParseError> {
    if text.len() > Document::MAX_BYTES {
        return Err(ParseError { error: SyntaxError::TooLong, span: Span::new(0, 0) });
    }
    let mut reader = Reader::new(text);
    reader.document().map_err(|error| {
        // A document that is not even JSON is said to be just that, wherever the first oddity stands.
        if error.error.is_json() {
            return error;
        }
        let mut cursor = Cursor::new(text);
        cursor.skip().and_then(|()| cursor.end()).err().unwrap_or(error)
    })?;
    let version = reader.version;
    compile::compile(&mut reader);
    Ok(Document {
        text: text.into(),
        extra: reader.extra.into_boxed_str(),
        version,
        statements: reader.statements.into_boxed_slice(),
        values: reader.values.into_boxed_slice(),
        conditions: reader.conditions.into_boxed_slice(),
        principals: reader.principals.into_boxed_slice(),
        nets: reader.nets.into_boxed_slice(),
    })
}

/// What has been read so far.
pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) extra: String,
    pub(super) version: Option<Version>,
    pub(super) statements: Vec<Statement>,
    pub(super) values: Vec<Value>,
    pub(super) conditions: Vec<Condition>,
    pub(super) principals: Vec<PrincipalEntry>,
    pub(super) nets: Vec<super::Net>,
}

/// Names seen in an object, to find one that comes twice.
#[derive(Default)]
struct Seen(u16);

impl Seen {
    fn again(&mut self, bit: u16) -> bool {
        let again = self.0 & bit != 0;
        self.0 |= bit;
        again
    }
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            extra: String::new(),
            version: None,
            statements: Vec::new(),
            values: Vec::with_capacity(text.len() / 64),
            conditions: Vec::new(),
            principals: Vec::new(),
            nets: Vec::new(),
        }
    }

    fn document(&mut self) -> Result<(), ParseError> {
        let mut cursor = Cursor::new(self.text);
        if cursor.shape()? != Shape::Object {
            return cursor.fail(SyntaxError::NotObject);
        }
        let mut seen = Seen::default();
        cursor.object(|cursor, name| {
            let bit = match &*self.plain(name) {
                "Version" => 1,
                "Id" => 2,
                "Statement" => 4,
                _ => return Err(ParseError { error: SyntaxError::UnknownElement, span: name.span }),
            };
            if seen.again(bit) {
                return Err(ParseError { error: SyntaxError::Duplicate, span: name.span });
            }
            match bit {
                1 => self.version(cursor),
                2 => string(cursor).map(|_| ()),
                _ => self.statements(cursor),
            }
        })?;
        cursor.end()?;
        if self.statements.is_empty() {
            return cursor.fail(SyntaxError::NoStatement);
        }
        Ok(())
    }

    fn version(&mut self, cursor: &mut Cursor<'t>) -> Result<(), ParseError> {
        let token = string(cursor)?;
        self.version = match &*self.plain(token) {
            "2012-10-17" => Some(Version::V2012),
            "2008-10-17" => Some(Version::V2008),
            _ => return Err(ParseError { error: SyntaxError::Version, span: token.span }),
        };
        Ok(())
    }

    fn statements(&mut self, cursor: &mut Cursor<'t>) -> Result<(), ParseError> {
        match cursor.shape()? {
            Shape::Object => self.statement(cursor),
            Shape::Array => cursor.array(|cursor| {
                if self.statements.len() == usize::from(u16::MAX) {
                    return cursor.fail(SyntaxError::TooMany);
                }
                self.statement(cursor)
            }),
            _ => cursor.fail(SyntaxError::Statement),
        }
    }

    fn statement(&mut self, cursor: &mut Cursor<'t>) -> Result<(), ParseError> {
        if cursor.shape()? != Shape::Object {
            return cursor.fail(SyntaxError::Statement);
        }
        let start = cursor.offset();
        let mut seen = Seen::default();
        let mut effect = None;
        let mut statement = Statement {
            span: Span::default(),
            effect: Effect::Deny,
            effect_span: Span::default(),
            sid: None,
            principal: None,
            action: None,
            resource: None,
            conditions: Range::default(),
        };
        cursor.object(|cursor, name| {
            let element = match &*self.plain(name) {
                "Sid" => 1,
                "Effect" => 2,
                "Principal" => 4,
                "NotPrincipal" => 8,
                "Action" => 16,
                "NotAction" => 32,
                "Resource" => 64,
                "NotResource" => 128,
                "Condition" => 256,
                _ => return Err(ParseError { error: SyntaxError::UnknownStatementElement, span: name.span }),
            };
            if seen.again(element) {
                return Err(ParseError { error: SyntaxError::Duplicate, span: name.span });
            }
            if [12, 48, 192].iter().any(|both| seen.0 & both == *both) {
                return Err(ParseError { error: SyntaxError::Both, span: name.span });
            }
            match element {
                1 => {
                    let token = string(cursor)?;
                    statement.sid = Some((self.keep(token), token.span));
                }
                2 => {
                    let token = string(cursor)?;
                    statement.effect_span = token.span;
                    effect = Some(self.effect(token)?);
                }
                4 | 8 => statement.principal = Some(List { not: element == 8, range: self.principal(cursor)? }),
                16 | 32 => statement.action = Some(List { not: element == 32, range: self.strings(cursor)? }),
                64 | 128 => statement.resource = Some(List { not: element == 128, range: self.strings(cursor)? }),
                _ => statement.conditions = self.condition(cursor)?,
            }
            Ok(())
        })?;
        statement.span = Span::new(start, cursor.offset());
        let Some(effect) = effect else {
            return Err(ParseError { error: SyntaxError::NoEffect, span: statement.span });
        };
        statement.effect = effect;
        self.statements.push(statement);
        Ok(())
    }

    /// Either case is read; AWS refuses all but one of each when the document is saved.
    fn effect(&self, token: StringToken) -> Result<Effect, ParseError> {
        let text = self.plain(token);
        if text.eq_ignore_ascii_case("Allow") {
            Ok(Effect::Allow)
        } else if text.eq_ignore_ascii_case("Deny") {
            Ok(Effect::Deny)
        } else {
            Err(ParseError { error: SyntaxError::Effect, span: token.span })
        }
    }

    fn strings(&mut self, cursor: &mut Cursor<'t>) -> Result<Range, ParseError> {
        let start = self.values.len() as u32;
        match cursor.shape()? {
            Shape::String => self.string_value(cursor)?,
            Shape::Array => cursor.array(|cursor| match cursor.shape()? {
                Shape::String => self.string_value(cursor),
                _ => cursor.fail(SyntaxError::Strings),
            })?,
            _ => return cursor.fail(SyntaxError::Strings),
        }
        Ok(Range { start, end: self.values.len() as u32 })
    }

    fn string_value(&mut self, cursor: &mut Cursor<'t>) -> Result<(), ParseError> {
        let token = cursor.string()?;
        let text = self.keep(token);
        self.values.push(Value { text, span: token.span, pattern: Pattern::Never });
        Ok(())
    }

    fn principal(&mut self, cursor: &mut Cursor<'t>) -> Result<Range, ParseError> {
        let start = self.principals.len() as u32;
        match cursor.shape()? {
            Shape::String => {
                let token = cursor.string()?;
                if &*self.plain(token) != "*" {
                    return Err(ParseError { error: SyntaxError::Principal, span: token.span });
                }
                self.principal_value(PrincipalKind::Aws, token);
            }
            Shape::Object => {
                let mut seen = Seen::default();
                cursor.object(|cursor, name| {
                    let Some(kind) = PrincipalKind::from_name(&self.plain(name)) else {
                        return Err(ParseError { error: SyntaxError::PrincipalKind, span: name.span });
                    };
                    if seen.again(1 << kind as u8) {
                        return Err(ParseError { error: SyntaxError::Duplicate, span: name.span });
                    }
                    match cursor.shape()? {
                        Shape::String => {
                            let token = cursor.string()?;
                            self.principal_value(kind, token);
                            Ok(())
                        }
                        Shape::Array => cursor.array(|cursor| {
                            let token = string(cursor)?;
                            self.principal_value(kind, token);
                            Ok(())
                        }),
                        _ => cursor.fail(SyntaxError::Strings),
                    }
                })?;
            }
            _ => return cursor.fail(SyntaxError::Principal),
        }
        Ok(Range { start, end: self.principals.len() as u32 })
    }

    fn principal_value(&mut self, kind: PrincipalKind, token: StringToken) {
        let value = self.keep(token);
        let entry = principal::entry(kind, value, value.of(self.text, &self.extra), token.span);
        self.principals.push(entry);
    }

    fn condition(&mut self, cursor: &mut Cursor<'t>) -> Result<Range, ParseError> {
        if cursor.shape()? != Shape::Object {
            return cursor.fail(SyntaxError::Condition);
        }
        let start = self.conditions.len() as u32;
        let mut seen = Vec::new();
        cursor.object(|cursor, name| {
            let operator = Operator::parse(&self.plain(name));
            if let Some(known) = operator {
                if seen.contains(&known) {
                    return Err(ParseError { error: SyntaxError::Duplicate, span: name.span });
                }
                seen.push(known);
            }
            if cursor.shape()? != Shape::Object {
                return cursor.fail(SyntaxError::ConditionKeys);
            }
            let first = self.conditions.len();
            cursor.object(|cursor, key| self.key(cursor, operator, name, key))?;
            self.no_key_twice(first)
        })?;
        Ok(Range { start, end: self.conditions.len() as u32 })
    }

    fn key(
        &mut self,
        cursor: &mut Cursor<'t>,
        operator: Option<Operator>,
        name: StringToken,
        key: StringToken,
    ) -> Result<(), ParseError> {
        let text = self.keep(key);
        let key_hash = Key::new(text.of(self.text, &self.extra)).hash();
        let start = self.values.len() as u32;
        if cursor.shape()? == Shape::Array {
            cursor.array(|cursor| self.condition_value(cursor))?;
        } else {
            self.condition_value(cursor)?;
        }
        self.conditions.push(Condition {
            operator,
            operator_span: name.span,
            key: text,
            key_hash,
            key_span: key.span,
            values: Range { start, end: self.values.len() as u32 },
        });
        Ok(())
    }

    fn condition_value(&mut self, cursor: &mut Cursor<'t>) -> Result<(), ParseError> {
        match cursor.shape()? {
            Shape::String => self.string_value(cursor),
            Shape::Number | Shape::Bool => {
                let span = cursor.scalar()?;
                self.values.push(Value { text: Text::in_text(span), span, pattern: Pattern::Never });
                Ok(())
            }
            _ => cursor.fail(SyntaxError::ConditionValue),
        }
    }

    /// Looks for a key that stands twice under one operator, in whatever case.
    fn no_key_twice(&self, first: usize) -> Result<(), ParseError> {
        let keys = self.conditions.get(first..).unwrap_or_default();
        let name = |at: usize| keys.get(at).map_or("", |key| key.key.of(self.text, &self.extra));
        match repeated(keys.iter().map(|key| key.key_hash), name) {
            Some(again) => {
                let span = keys.get(again).map_or_else(Span::default, |key| key.key_span);
                Err(ParseError { error: SyntaxError::Duplicate, span })
            }
            None => Ok(()),
        }
    }

    /// The value of a string that is looked at once.
    fn plain(&self, token: StringToken) -> Cow<'t, str> {
        let raw = token.span.of(self.text);
        if !token.escaped {
            return Cow::Borrowed(raw);
        }
        let mut out = String::with_capacity(raw.len());
        unescape(raw, &mut out);
        Cow::Owned(out)
    }

    /// The value of a string that stays with the document.
    fn keep(&mut self, token: StringToken) -> Text {
        if !token.escaped {
            return Text::in_text(token.span);
        }
        let start = self.extra.len();
        unescape(token.span.of(self.text), &mut self.extra);
        Text::in_extra(start, self.extra.len())
    }
}

fn string(cursor: &mut Cursor<'_>) -> Result<StringToken, ParseError> {
    if cursor.shape()? == Shape::String { cursor.string() } else { cursor.fail(SyntaxError::StringExpected) }
}
