"""JSON Schemas of parameters, including what msgspec leaves out: bounds, help, closed objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from chasqui.engine.types.fields import Field
from chasqui.engine.types.nested import Inner
from chasqui.engine.types.wire import schema_of


def schemas(fields: Sequence[Field]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the JSON Schema of each field by name, and the definitions they refer to."""
    objects = {
        kind: inner for field in fields if field.nested for kind, inner in field.nested.objects()
    }
    bounded = [one for inner in objects.values() for one in inner.values() if one.wire is not None]
    made, definitions = msgspec.json.schema_components(
        [*[field.wire for field in fields], *objects, *[one.wire for one in bounded]],
        schema_hook=schema_of,
        ref_template="#/$defs/{name}",
    )
    _widen((made, definitions))
    # In the order of the call: the fields, the nested objects, their bounded fields.
    references = made[len(fields) : len(fields) + len(objects)]
    wires = dict(zip(map(id, bounded), made[len(fields) + len(objects) :], strict=True))
    for inner, reference in zip(objects.values(), references, strict=True):
        definition = definitions[reference["$ref"].rpartition("/")[2]]
        _say(definition, inner, wires)
    properties: dict[str, Any] = {}
    for field, schema in zip(fields, made, strict=False):
        properties[field.name] = schema
        if field.help:
            schema["description"] = field.help
        if not field.required:
            schema["default"] = field.as_json(field.default)
    return properties, definitions


def _widen(schema: Any) -> None:
    """Let durations be seconds or ``1h30m``, too: msgspec only names ISO 8601."""
    if isinstance(schema, dict):
        if (schema.get("type"), schema.get("format")) == ("string", "duration"):
            del schema["format"]
            schema["type"] = ["string", "number"]
        schema = tuple(schema.values())
    if isinstance(schema, list | tuple):
        for part in schema:
            _widen(part)


def _say(
    definition: dict[str, Any], inner: Mapping[str, Inner], wires: Mapping[int, dict[str, Any]]
) -> None:
    """Close the definition of an object, and add the annotations of its fields."""
    if "properties" in definition:
        definition["additionalProperties"] = False
        said: Iterator[tuple[str, Any]] = iter(definition["properties"].items())
    else:
        definition["maxItems"] = len(inner)
        said = zip(inner, definition["prefixItems"], strict=True)
    for name, schema in said:
        field = inner.get(name)  # the tag of a union is not a field
        if field is not None and field.wire is not None:
            schema |= {**wires[id(field)], **schema}
        if field is not None and field.help:
            schema["description"] = field.help
