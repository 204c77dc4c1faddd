"""Parameters of an API call from the command line: JSON, files and ``Name=value`` pairs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel

from havip.cli._input import parse_json, read_input
from havip.errors import UsageError

if TYPE_CHECKING:
    from havip.api import Request, Response

Pair = type["Request[Response]"] | None


def gather(
    pair: Pair, given: list[str], body: str | None = None, file: Path | None = None
) -> dict[str, Any]:
    """Merge the parameters of a call; later ones override earlier ones.

    Args:
        pair: The request class, which has the parameter types; None for an unknown action.
        given: ``Name=value`` pairs, with a path such as ``Filters.0.Name`` as name.
        body: A JSON object.
        file: A file with a JSON or YAML object; ``-`` is standard input.

    Raises:
        UsageError: A parameter is malformed.
    """
    params = _from_file(file) if file else {}
    if body:
        name, pair_given, _ = body.partition("=")
        if pair_given and not body.lstrip().startswith(("{", "[", '"')):
            raise UsageError(f"the parameters are a JSON object; pass {name} with --param {name}=…")
        params |= _object(parse_json(body, "the parameters"), "the parameters")
    added: dict[str, Any] = {}
    for text in given:
        path, value = _split(text)
        _put(added, path, _value(value, _type_at(pair, path), text), text)
    lists: dict[str, Any] = {name: _listed(value) for name, value in added.items()}
    return params | lists


def _from_file(file: Path) -> dict[str, Any]:
    text = read_input(file)
    if file.suffix in {".yaml", ".yml"}:
        return _object(_yaml(text, str(file)), str(file))
    return _object(parse_json(text, str(file)), str(file))


def _yaml(text: str, where: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except RecursionError:
        raise UsageError(f"{where}: the YAML is nested too deeply") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise UsageError(f"{where}{line}: invalid YAML") from None


def _object(found: Any, where: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise UsageError(f'{where}: expected an object, such as {{"HaVipIds": ["havip-1a2b3c4d"]}}')
    return found


def _split(text: str) -> tuple[list[str], str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"--param {text}: expected Name=value, such as VpcId=vpc-1a2b3c4d")
    return name.split("."), value


def _type_at(pair: Pair, path: list[str]) -> Any:
    """Return the type of the parameter at a path; None if unknown."""
    current: Any = pair
    for part in path:
        current = _strip(current)
        if get_origin(current) is list and part.isdecimal():
            (current,) = get_args(current)
        elif isinstance(current, type) and issubclass(current, BaseModel):
            fields = {str(field.alias): field.annotation for field in current.model_fields.values()}
            current = fields.get(part)
        else:
            return None
    return _strip(current)


def _strip(annotation: Any) -> Any:
    """Return the type inside of an optional type."""
    kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
    return kinds[0] if kinds and get_origin(annotation) is not list else annotation


def _value(text: str, kind: Any, where: str) -> Any:
    """Parse a value: as text if a text is expected, as JSON if a structure is expected."""
    if kind is None:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    if get_origin(kind) is list:
        return (
            parse_json(text, f"--param {where.partition('=')[0]}")
            if text.startswith("[")
            else _Items([text])
        )
    if issubclass(kind, BaseModel):
        return parse_json(text, f"--param {where.partition('=')[0]}")
    return text  # also numbers and booleans, which the request class parses


class _Items(list[Any]):
    """List items that repeated names are appended to."""


def _put(node: dict[str, Any], path: list[str], value: Any, where: str) -> None:
    """Set the value at a path, and create missing parents."""
    for part in path[:-1]:
        node = node.setdefault(part, {})
        if not isinstance(node, dict):
            raise UsageError(f"--param {where}: {part} already has a value")
    there = node.get(path[-1])
    if isinstance(there, _Items) and isinstance(value, _Items):
        there.extend(value)
    elif there is not None:
        raise UsageError(f"--param {where}: {path[-1]} is given twice")
    else:
        node[path[-1]] = value


def _listed(node: Any) -> Any:
    """Convert objects whose keys are all numbers to lists, in numerical order."""
    if not isinstance(node, dict):
        return node
    made = {name: _listed(value) for name, value in node.items()}
    if made and all(name.isdecimal() for name in made):
        return [made[name] for name in sorted(made, key=int)]
    return made
