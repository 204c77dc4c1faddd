"""Outputs of other stacks in the same state folder, for `StackReference`."""

from __future__ import annotations

from collections.abc import Callable

from pulumi_havip.engine.errors import EngineError, NoStackError
from pulumi_havip.engine.values import Properties, has_secret

OutputsOf = Callable[[str, str], Properties]
"""Returns the outputs of a stack, given its project and its name."""


def read_outputs(name: str, project: str, outputs_of: OutputsOf) -> Properties:
    """Return the outputs behind a stack reference.

    Args:
        name: ``organization/PROJECT/STACK``, or the name of a stack of this project.
        project: This project.
        outputs_of: Reads the outputs of a stack.

    Raises:
        EngineError: The name is invalid, or the stack does not exist.
    """
    parts = name.split("/")
    if len(parts) == 1:
        parts = ["organization", project, name]
    if len(parts) != 3 or parts[0] != "organization":
        raise EngineError(
            f"the stack reference {name!r} is not the name of a stack; write "
            "organization/PROJECT/STACK, or STACK for one of this project"
        )
    try:
        outputs = outputs_of(parts[1], parts[2])
    except NoStackError as error:
        raise EngineError(f"the stack reference {name!r}: {error}") from None
    secret = sorted(key for key, value in outputs.items() if has_secret(value))
    return {"name": name, "outputs": outputs, "secretOutputNames": secret}
