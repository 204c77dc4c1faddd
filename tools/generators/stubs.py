"""The stubs of the clients: a typed, documented method for each action."""

from __future__ import annotations

import ast
import inspect
import textwrap
import types
from pathlib import Path
from typing import Any, Final, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from havip import api
from havip._client.verb import verb_name
from havip.api._base import Request, Response, Shape
from havip.api._describe import retry_safety

SDK: Final = Path(__file__).resolve().parents[2] / "sdk" / "havip"
Pair = type[Request[Response]]
_INHERITED: Final = ("__init__", "with_options", "for_region", "__repr__")
_ATTRIBUTES: Final = "    clock: Clock\n    site: Site\n    task_timeout: float"


def client() -> str:
    """Return the text of sdk/havip/client.pyi."""
    return _stub("client", "Client", asynchronous=False)


def async_client() -> str:
    """Return the text of sdk/havip/async_client.pyi."""
    return _stub("async_client", "AsyncClient", asynchronous=True)


def _stub(module: str, name: str, *, asynchronous: bool) -> str:
    base, base_imports = _class(SDK / "_client" / "base.py", "BaseClient")
    owner, imports = _class(SDK / f"{module}.py", name)
    imports += base_imports
    pairs = [api.ACTIONS[action] for action in sorted(api.ACTIONS, key=verb_name)]
    parts = [
        f'"""Types of `havip.{name}` for editors and type checkers. Written by `make generate`."""',
        *(ast.unparse(node) for node in imports),
        "from typing import overload, type_check_only\n\nfrom havip import api\n",
        'R = TypeVar("R", bound=Response)\n',
        *(_verb_class(pair, asynchronous) for pair in pairs),
        _owner(owner, base, pairs, asynchronous),
    ]
    return _formatted("\n".join(parts))


def _class(path: Path, name: str) -> tuple[ast.ClassDef, list[ast.stmt]]:
    """Return a class of a module, and the imports of the module."""
    tree = ast.parse(path.read_text("utf-8"))
    (owner,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    imports: list[ast.stmt] = [
        node
        for node in tree.body
        if isinstance(node, ast.Import)
        or (isinstance(node, ast.ImportFrom) and node.module != "__future__")
    ]
    return owner, imports


def _verb_class(pair: Pair, asynchronous: bool) -> str:
    """Return the class of a verb, with its parameters and its response."""
    star = "*, " if pair.model_fields else ""
    fields = ", ".join(_parameter(name, field) for name, field in pair.model_fields.items())
    kind = "async def" if asynchronous else "def"
    answer = f"api.{pair.answer.__name__}"
    text = textwrap.indent(_quoted(_documentation(pair)), " " * 8)
    return (
        f"@type_check_only\nclass _{pair.__name__}:\n"
        f"    {kind} __call__(self, {star}{fields}) -> {answer}:\n{text}\n"
        f"    {kind} start(self, {star}{fields}) -> {answer}:\n"
        f'        """Call the action without waiting for its task."""\n'
        f"    {kind} finish(self, answer: {answer}, *, timeout: float | None = None) -> None:\n"
        f'        """Wait until the task of a `start` has ended."""\n'
        f"    @property\n    def request(self) -> type[api.{pair.__name__}]: ...\n"
        f"    @property\n    def __name__(self) -> str: ...\n"
    )


def _owner(owner: ast.ClassDef, base: ast.ClassDef, pairs: list[Pair], asynchronous: bool) -> str:
    """Return the class of the client: its methods without bodies, and the verbs."""
    bases = ", ".join(ast.unparse(base) for base in owner.bases)
    lines = [f"class {owner.name}({bases}):", _docstring(owner, 4), _ATTRIBUTES]
    inherited = [
        node for node in base.body if isinstance(node, ast.FunctionDef) and node.name in _INHERITED
    ]
    for node in [*inherited, *owner.body]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name == "items":
                lines.append(_items(node, pairs, asynchronous))
            lines.append(_method(node))
    for pair in pairs:
        lines.append(f"    {verb_name(pair.__name__)}: _{pair.__name__}")
        lines.append(f"    {_quoted(_summary(pair))}")
    return "\n".join(lines)


def _method(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    text = _docstring(node, 8) if ast.get_docstring(node) else " " * 8 + "..."
    # An async generator is called without await: its type has no `async`.
    generator = any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(node))
    kind = "async def" if isinstance(node, ast.AsyncFunctionDef) and not generator else "def"
    returns = ast.unparse(node.returns or ast.Constant(None))
    return f"    {kind} {node.name}({ast.unparse(node.args)}) -> {returns}:\n{text}"


def _items(node: Any, pairs: list[Pair], asynchronous: bool) -> str:
    """Return the overloads of `items` for each paged request."""
    iterator = "AsyncIterator" if asynchronous else "Iterator"
    lines = []
    for pair in pairs:
        if pair.page is None:
            continue
        (item,) = get_args(pair.answer.model_fields[pair.page.items].annotation)
        lines.append(
            f"    @overload\n    def {node.name}(self, request: api.{pair.__name__}) -> "
            f"{iterator}[{_type(item)}]: ..."
        )
    return "\n".join([*lines, "    @overload"])


def _parameter(name: str, field: FieldInfo) -> str:
    if field.is_required():
        return f"{name}: {_type(field.annotation)}"
    default = field.default
    plain = default is None or isinstance(default, str | int | float | bool)
    return (
        f"{name}: {_type(field.annotation)} = {default!r}"
        if plain
        else (f"{name}: {_type(field.annotation)} = ...")
    )


def _type(annotation: Any) -> str:
    """Return a type with the names of the stub."""
    if annotation is None or annotation is type(None):
        return "None"
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return " | ".join(_type(argument) for argument in get_args(annotation))
    if origin is Literal:
        return f"Literal[{', '.join(map(repr, get_args(annotation)))}]"
    if origin is not None:
        arguments = ", ".join(_type(argument) for argument in get_args(annotation))
        return f"{origin.__name__}[{arguments}]"
    if annotation is Any:
        return "Any"
    name: str = annotation.__name__
    return f"api.{name}" if issubclass(annotation, Shape) else name


def _documentation(pair: Pair) -> str:
    text = inspect.cleandoc(pair.__doc__ or "")
    answer = inspect.cleandoc(pair.answer.__doc__ or "").partition("\nArgs:\n")[2]
    if answer:
        text += "\n\nReturns:\n    A response with the fields\n\n" + textwrap.indent(
            textwrap.dedent(answer), "    "
        )
    text += f"\n\nRetrying: {retry_safety(pair)}.\nRate: {pair.rate} calls per second."
    if pair.errors:
        codes = textwrap.fill(", ".join(pair.errors), 88, break_long_words=False)
        text += "\n\nError codes:\n" + textwrap.indent(codes, "    ")
    return text


def _summary(pair: Pair) -> str:
    return inspect.cleandoc(pair.__doc__ or "").partition("\n")[0]


def _docstring(node: Any, indent: int) -> str:
    return textwrap.indent(_quoted(ast.get_docstring(node) or ""), " " * indent)


def _quoted(text: str) -> str:
    """Return a quoted docstring."""
    raw, end = "r" if "\\" in text else "", "\n" if "\n" in text else ""
    return f'{raw}"""{text}{end}"""'


def _formatted(text: str) -> str:
    """Format a stub in the project's style."""
    import subprocess
    import sys

    for arguments in (
        ["check", "--quiet", "--fix", "--exit-zero", "--select", "I,F401"],
        ["format", "--quiet"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *arguments, "--stdin-filename", "sdk/havip/x.pyi", "-"],
            input=text,
            capture_output=True,
            text=True,
            check=True,
            cwd=SDK.parents[1],
        )
        text = done.stdout
    return text
