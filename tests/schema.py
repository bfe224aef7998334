"""A small reader of JSON schemas: the part of draft 2020-12 that the schemas of the answers use, and nothing else."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from kpidesk.paths import resources

TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
    "number": (int, float),
}
KNOWN = {"$schema", "$defs", "$ref", "title", "description", "type", "enum", "anyOf", "properties", "required",
         "additionalProperties", "items", "minItems", "maxItems", "minimum", "maximum",
         "minLength", "pattern"}  # fmt: skip


@cache
def schema(name: str) -> Any:
    """The schema file of an answer."""
    return json.loads((resources() / "schema" / f"{name}.json").read_text(encoding="utf-8"))


def problems(value: Any, name: str) -> list[str]:
    """Where a value does not meet the schema of that name, each place with what is wrong; empty when it does."""
    return _check(value, schema(name), name, "$")


def _check(value: Any, rule: Any, file: str, place: str) -> list[str]:
    unknown = set(rule) - KNOWN
    assert not unknown, f"{file}: {unknown} is not understood"
    if "$ref" in rule:
        other, _, path = rule["$ref"].partition("#/")
        other = other.removesuffix(".json") or file
        found = schema(other)
        for step in path.split("/"):
            found = found[step]
        return _check(value, found, other, place)
    if "anyOf" in rule:
        tries = [_check(value, one, file, place) for one in rule["anyOf"]]
        return [] if any(not one for one in tries) else min(tries, key=len)
    return _check_type(value, rule, place) or _check_rest(value, rule, file, place)


def _check_type(value: Any, rule: Any, place: str) -> list[str]:
    if "enum" in rule and value not in rule["enum"]:
        return [f"{place}: {value!r} is none of {rule['enum']}"]
    if "type" not in rule:
        return []
    names = rule["type"] if isinstance(rule["type"], list) else [rule["type"]]
    fits = any(isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool)) for name in names)
    return [] if fits else [f"{place}: {value!r} is not {' or '.join(names)}"]


def _check_rest(value: Any, rule: Any, file: str, place: str) -> list[str]:
    if isinstance(value, dict):
        return _check_object(value, rule, file, place)
    if isinstance(value, list):
        fits = rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", len(value))
        found = [] if fits else [f"{place}: {len(value)} items"]
        for at, item in enumerate(value):
            found += _check(item, rule.get("items", {}), file, f"{place}[{at}]")
        return found
    if isinstance(value, str):
        fits = len(value) >= rule.get("minLength", 0) and re.search(rule.get("pattern", ""), value)
        return [] if fits else [f"{place}: {value!r} does not match"]
    if value is None or isinstance(value, bool) or rule.get("minimum", value) <= value <= rule.get("maximum", value):
        return []
    return [f"{place}: {value} is too small or too large"]


def _check_object(value: dict[str, Any], rule: Any, file: str, place: str) -> list[str]:
    known, rest = rule.get("properties", {}), rule.get("additionalProperties", {})
    found = [f"{place}: '{name}' is missing" for name in rule.get("required", ()) if name not in value]
    for name, item in value.items():
        if name in known:
            found += _check(item, known[name], file, f"{place}.{name}")
        elif rest is False:
            found.append(f"{place}: '{name}' is not in the schema")
        else:
            found += _check(item, rest, file, f"{place}.{name}")
    return found
