//! CBOR (RFC 8949) as Smithy's RPC v2 protocol uses it, to and from the JSON in which dialects think.
//!
//! A moment has a tag of its own in CBOR: in JSON it is `{"$at": seconds}`, see [`at`].

use aws_smithy_cbor::decode::DeserializeError;
use aws_smithy_cbor::{Decoder, Encoder, data::Type};
use aws_smithy_types::DateTime;
use serde_json::{Map, Value, json};

/// The word for a moment.
const AT: &str = "$at";

/// A moment in milliseconds since 1970, as [`encode`] knows it.
pub fn at(milliseconds: i64) -> Value {
    json!({ AT: milliseconds.div_euclid(1000) })
}

/// The CBOR of a JSON value.
pub fn encode(value: &Value) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    write(&mut encoder, value);
    encoder.into_writer()
}

fn write(to: &mut Encoder, value: &Value) {
    match value {
        Value::Null => to.null(),
        Value::Bool(yes) => to.boolean(*yes),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => to.long(whole),
            None => to.double(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => to.str(text),
        Value::Array(items) => {
            to.array(items.len());
            for item in items {
                write(to, item);
            }
            to
        }
        Value::Object(fields) => {
            if let Some(seconds) = fields.get(AT).and_then(Value::as_i64) {
                to.timestamp(&DateTime::from_secs(seconds));
                return;
            }
            to.map(fields.len());
            for (name, field) in fields {
                to.str(name);
                write(to, field);
            }
            to
        }
    };
}

/// The JSON of a CBOR text; moments become seconds since 1970.
///
/// # Errors
/// Where the bytes are no CBOR, or hold what no service of the fleet takes (byte strings, half floats).
pub fn decode(bytes: &[u8]) -> Result<Value, DeserializeError> {
    read(&mut Decoder::new(bytes))
}

fn read(from: &mut Decoder<'_>) -> Result<Value, DeserializeError> {
    match from.datatype()? {
        Type::Null => from.null().map(|()| Value::Null),
        Type::Bool => from.boolean().map(Value::from),
        Type::U8 | Type::U16 | Type::U32 | Type::U64 | Type::I8 | Type::I16 | Type::I32 | Type::I64 => {
            from.long().map(Value::from)
        }
        Type::F32 => from.float().map(Value::from),
        Type::F64 => from.double().map(Value::from),
        Type::String | Type::StringIndef => from.string().map(Value::from),
        Type::Tag => from.timestamp().map(|at| Value::from(at.secs())),
        Type::Array | Type::ArrayIndef => list(from),
        Type::Map | Type::MapIndef => map(from),
        other => Err(DeserializeError::custom(format!("{other:?} is not taken"), from.position())),
    }
}

/// Whether another element follows; takes the mark at the end of a list of unknown length.
fn more(from: &mut Decoder<'_>, read: u64, length: Option<u64>) -> Result<bool, DeserializeError> {
    match length {
        Some(length) => Ok(read < length),
        None if from.datatype()? == Type::Break => from.skip().map(|()| false),
        None => Ok(true),
    }
}

fn list(from: &mut Decoder<'_>) -> Result<Value, DeserializeError> {
    let length = from.list()?;
    let (mut items, mut count) = (Vec::new(), 0);
    while more(from, count, length)? {
        items.push(read(from)?);
        count += 1;
    }
    Ok(Value::Array(items))
}

fn map(from: &mut Decoder<'_>) -> Result<Value, DeserializeError> {
    let length = from.map()?;
    let (mut fields, mut count) = (Map::new(), 0);
    while more(from, count, length)? {
        let name = from.string()?;
        fields.insert(name, read(from)?);
        count += 1;
    }
    Ok(Value::Object(fields))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() -> Result<(), DeserializeError> {
        let value = json!({ "a": [1, -2, 2.5, true, null, "ä"], "b": { "c": [] }, "big": i64::MAX });
        assert_eq!(decode(&encode(&value))?, value);
        assert_eq!(decode(&encode(&json!({ "t": at(1_500) })))?, json!({ "t": 1 }));
        Ok(())
    }

    #[test]
    fn lists_of_unknown_length_end_at_their_mark() -> Result<(), DeserializeError> {
        // {_ "a": [_ 1, 2]}, RFC 8949, section 3.2.2.
        let bytes = [0xBF, 0x61, b'a', 0x9F, 1, 2, 0xFF, 0xFF];
        assert_eq!(decode(&bytes)?, json!({ "a": [1, 2] }));
        assert!(decode(&bytes[..5]).is_err() && decode(&[0x41, 0]).is_err());
        Ok(())
    }
}
