//! Configuration as it was written: values that know where they come from, laid over each other.

use std::fmt;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::fault::Origin;

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

/// What TOML can say, as far as configuration uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    Boolean(bool),
    Array(Vec<Written>),
    Table(Vec<Entry>),
    /// A kind of value that no key takes, by its name.
    Other(&'static str),
    /// A value of which a fault is already reported.
    Broken,
}

/// A key of a table, and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: String,
    /// Where the key stands.
    pub(super) origin: Origin,
    pub(super) value: Written,
}

impl Written {
    /// A text that nobody wrote as TOML.
    pub(super) fn text(text: impl Into<String>, origin: Origin) -> Self {
        Self { value: Value::Text(text.into()), origin }
    }

    /// Reads a text as a TOML value; `None` when it is none.
    pub(super) fn parse(text: &str, origin: &Origin) -> Option<Self> {
        DeValue::parse(text).ok().map(|value| Self::from_toml(&value, &|_| origin.clone()))
    }

    /// Takes over a parsed table; `place` finds the origin of a byte position.
    pub(super) fn from_table(table: &DeTable<'_>, origin: Origin, place: &impl Fn(usize) -> Origin) -> Self {
        let mut entries: Vec<Entry> = table
            .iter()
            .map(|(key, value)| Entry {
                key: key.get_ref().to_string(),
                origin: place(key.span().start),
                value: Self::from_toml(value, place),
            })
            .collect();
        entries.sort_by(|one, other| one.origin.cmp(&other.origin));
        Self { value: Value::Table(entries), origin }
    }

    /// Takes over a parsed value; `place` finds the origin of a byte position.
    pub(super) fn from_toml(value: &Spanned<DeValue<'_>>, place: &impl Fn(usize) -> Origin) -> Self {
        let origin = place(value.span().start);
        let value = match value.get_ref() {
            DeValue::Table(table) => return Self::from_table(table, origin, place),
            DeValue::Array(array) => Value::Array(array.iter().map(|value| Self::from_toml(value, place)).collect()),
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Boolean(boolean) => Value::Boolean(*boolean),
            DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
                Ok(integer) => Value::Integer(integer),
                Err(_) => Value::Other("an integer beyond 64 bits"),
            },
            DeValue::Float(_) => Value::Other("a float"),
            DeValue::Datetime(_) => Value::Other("a date"),
        };
        Self { value, origin }
    }

    /// The value of `key`, when this is a table that has it.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Value::Table(entries) = &self.value else { return None };
        entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The value at `path`, which may lead through tables: `cache.size`.
    pub(super) fn at(&self, path: &str) -> Option<&Self> {
        path.split('.').try_fold(self, |written, key| written.get(key))
    }

    /// Its elements, when it is an array; itself otherwise: a list of one may be written without brackets.
    pub(super) fn elements(&self) -> &[Self] {
        match &self.value {
            Value::Array(elements) => elements,
            _ => std::slice::from_ref(self),
        }
    }

    /// Lays `value` over whatever stands at `path`. A table on the way that is none is left to be reported.
    pub(super) fn set(&mut self, path: &str, value: Self) {
        let Value::Table(entries) = &mut self.value else { return };
        let (key, below) = path.split_once('.').map_or((path, None), |(key, below)| (key, Some(below)));
        let position = entries.iter().position(|entry| entry.key == key).unwrap_or_else(|| {
            let origin = value.origin.clone();
            let table = Self { value: Value::Table(Vec::new()), origin: origin.clone() };
            entries.push(Entry { key: key.to_owned(), origin, value: table });
            entries.len() - 1
        });
        match below {
            Some(below) => entries[position].value.set(below, value),
            None => entries[position].value = value,
        }
    }
}

/// As TOML, on one line.
impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => out.write_str(&quoted(text)),
            Self::Integer(integer) => write!(out, "{integer}"),
            Self::Boolean(boolean) => write!(out, "{boolean}"),
            Self::Array(elements) => {
                let elements: Vec<String> = elements.iter().map(|element| element.value.to_string()).collect();
                write!(out, "[{}]", elements.join(", "))
            }
            Self::Table(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|entry| format!("{} = {}", entry.key, entry.value.value)).collect();
                write!(out, "{{ {} }}", entries.join(", "))
            }
            Self::Other(kind) => out.write_str(kind),
            Self::Broken => Ok(()),
        }
    }
}

/// `text` as a basic TOML string; whatever could trick a terminal is escaped.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            character if character.is_control() => quoted.extend(format!("\\u{:04X}", u32::from(character)).chars()),
            character => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Written {
        Written::from_table(DeTable::parse(text).unwrap().get_ref(), Origin::Default, &|_| Origin::Default)
    }

    #[test]
    fn a_value_is_laid_over_another() {
        let check = |text: &str, path: &str, expected: &str| {
            let mut written = parse(text);
            written.set(path, Written::text("new", Origin::Default));
            assert_eq!(written.value.to_string(), expected, "{text} {path}");
        };
        check("", "a", "{ a = \"new\" }");
        check("a = 1", "a", "{ a = \"new\" }");
        check("", "a.b", "{ a = { b = \"new\" } }");
        check("a.b = [1]\na.c = true", "a.b", "{ a = { b = \"new\", c = true } }");
        check("a = 1", "a.b", "{ a = 1 }");
    }

    proptest! {
        #[test]
        fn quoted_text_is_toml(text in any::<String>()) {
            let line = format!("a = {}", quoted(&text));
            prop_assert_eq!(parse(&line).get("a").map(|written| written.value.clone()), Some(Value::Text(text)));
        }
    }
}
