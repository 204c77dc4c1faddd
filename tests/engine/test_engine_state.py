"""The state file: validated, written atomically, never by two processes at once."""
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from things import Other, Thing

from pulumi_havip.engine import LockedError, NoStackError, SecretError, StateError, Step
from pulumi_havip.engine.errors import EngineError
from pulumi_havip.engine.events import StepEnded

if TYPE_CHECKING:
    from tests.engine.conftest import Lab


def program() -> None:
    Thing("one", value="x")


def other() -> None:
    Thing("one", value="y")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is corrupt"),
        ('{"version": 3, "checkpoint": {"latest": {"resources": [', "is corrupt"),
        ("[]", "no JSON object"),
        ('{"terraform_version": "1.9"}', "no checkpoint"),
        ('{"version": 2, "checkpoint": {}}', "is of version 2"),
        ('{"version": 4, "features": ["views"], "checkpoint": {}}', r"version 4 \(views\)"),
        ('{"version": 3, "checkpoint": {"latest": [1]}}', "is not an object"),
        ('{"version": 3, "checkpoint": {"latest": {"resources": [{}]}}}', "no urn"),
        (
            '{"version": 3, "checkpoint": {"latest": {"resources": '
            '[{"urn": "u", "type": "t", "dependencies": "x"}]}}}',
            "dependencies is not a list",
        ),
        (
            '{"version": 3, "checkpoint": {"latest": {"resources": '
            '[{"urn": "u", "type": "t", "taint": true}]}}}',
            "a tainted resource",
        ),
        (
            '{"version": 3, "checkpoint": {"latest": {"secrets_providers": {"type": "cloud"}}}}',
            "sealed by cloud",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(content: str, reason: str, lab: Lab) -> None:
    stack = lab.stack(program)
    stack.init()
    stack.file.path.write_text(content)
    with pytest.raises(StateError, match=reason) as caught:
        stack.up()
    assert "\n" not in str(caught.value)
    assert stack.file.path.read_text() == content


def places(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place inside a JSON value, as the keys that lead to it."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        yield (*here, key)
        if isinstance(inner, dict | list):
            yield from places(inner, (*here, key))


def test_any_state_is_read_or_rejected_in_one_line(lab: Lab) -> None:
    def chain() -> None:
        first = Thing("one", value=pulumi.Output.secret("x"))
        Other("two", value=first.value, opts=pulumi.ResourceOptions(depends_on=[first]))

    stack = lab.stack(chain)
    assert stack.up().ok
    state = json.loads(stack.file.path.read_text())
    spots = list(places(state))

    @given(st.sampled_from(spots), st.sampled_from([None, 1, True, "", "x", [[]], {}, {"a": [1]}]))
    def read(spot: tuple[Any, ...], value: Any) -> None:
        changed = copy.deepcopy(state)
        functools.reduce(lambda inner, key: inner[key], spot[:-1], changed)[spot[-1]] = value
        stack.file.path.write_text(json.dumps(changed))
        said = ""
        try:
            stack.export()
        except EngineError as refused:
            said = str(refused)
        assert "\n" not in said

    read()


def test_the_previous_state_is_kept_and_named_if_the_new_one_is_corrupt(lab: Lab) -> None:
    assert lab.stack(program).up().ok
    before = lab.stack(program).file.path.read_bytes()
    assert lab.stack(other).up().ok
    file = lab.stack(program).file
    assert file.backup.read_bytes() == before
    file.path.write_text("{")
    with pytest.raises(StateError, match=str(file.backup)):
        lab.stack(program).up()


def test_a_run_without_changes_writes_nothing(lab: Lab) -> None:
    assert lab.stack(program).up().ok
    file = lab.stack(program).file
    before = file.path.read_bytes()
    for operation in ("preview", "up", "refresh"):
        assert getattr(lab.stack(program), operation)().ok
        assert file.path.read_bytes() == before
    assert not file.journal.exists()


def test_a_preview_of_a_new_stack_leaves_no_file(lab: Lab) -> None:
    assert lab.stack(program).preview().ok
    assert not (lab.folder / ".pulumi").exists()


def test_a_second_operation_fails_and_names_the_lock_holder(lab: Lab) -> None:
    seen: list[str] = []

    def try_again(event: Any) -> None:
        if isinstance(event, StepEnded) and not seen:
            with pytest.raises(LockedError) as caught:
                lab.stack(program).up()
            seen.append(str(caught.value))

    stack = lab.stack(program)
    stack._sink = try_again
    assert stack.up().ok
    assert "locked by up (process" in seen[0]
    assert lab.stack(program).up().ok


def test_a_target_without_a_resource_is_an_error(lab: Lab) -> None:
    result = lab.stack(program).up(targets=["urn:pulumi:dev::conformance::typo"])
    assert "no resource urn:pulumi:dev::conformance::typo" in result.error


def test_an_export_comes_back_as_it_was(lab: Lab) -> None:
    assert lab.stack(program).up().ok
    exported = lab.stack(program).export()
    lab.stack(program).import_(exported)
    again = lab.stack(program).export()
    assert again["deployment"]["resources"] == exported["deployment"]["resources"]
    assert not lab.stack(program).preview().changed


def test_an_export_of_another_stack_is_refused(lab: Lab) -> None:
    assert lab.stack(program).up().ok
    text = json.dumps(lab.stack(program).export()).replace("pulumi:dev::", "pulumi:prod::")
    with pytest.raises(StateError, match="another stack"):
        lab.stack(program).import_(json.loads(text))
    lab.stack(program).import_(json.loads(text), force=True)


def test_a_stack_that_was_never_made_is_not_exported(lab: Lab) -> None:
    for operation in ("export", "outputs", "refresh", "destroy", "remove"):
        with pytest.raises(NoStackError, match="there is no stack dev"):
            getattr(lab.stack(program), operation)()


def test_a_stack_that_holds_something_is_not_forgotten(lab: Lab) -> None:
    assert lab.stack(program).up().ok
    with pytest.raises(StateError, match="still holds 1 resources"):
        lab.stack(program).remove()
    assert lab.stack(program).destroy().ok
    lab.stack(program).remove()
    with pytest.raises(NoStackError):
        lab.stack(program).remove()


def namesakes() -> None:
    """Two resources of one name, and one that needs the first."""
    one = Thing("one", value="1")
    Thing("two", value="2", opts=pulumi.ResourceOptions(depends_on=[one]))
    Other("one", value="3")


def test_a_resource_is_taken_out_of_the_state_and_left_as_it_is(lab: Lab) -> None:
    stack = lab.stack(namesakes)
    assert stack.up().ok
    before = {row.urn for row in stack.resources()}
    one = next(urn for urn in before if urn.endswith(":Thing::one"))
    two = one.replace("::one", "::two")
    stack.forget("two", one)
    assert {row.urn for row in stack.resources()} == before - {one, two}
    with lab.cloud() as state:
        assert len(state["things"]) == 3


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["three"], "has no resource three"),
        (["conformance-dev"], "has no resource conformance-dev"),
        (["one"], "one is the name of 2 resources; give the URN of the one that is meant: urn:"),
        (["urn:pulumi:dev::conformance::pulumi-python:dynamic/things:Thing::one"], "two needs it"),
    ],
)
def test_a_resource_that_cannot_be_forgotten_is_reported_and_kept(
    names: list[str], reason: str, lab: Lab
) -> None:
    stack = lab.stack(namesakes)
    assert stack.up().ok
    before = [row.urn for row in stack.resources()]
    with pytest.raises(StateError, match=reason):
        stack.forget(*names)
    assert [row.urn for row in stack.resources()] == before


def test_secrets_are_encrypted_and_need_the_passphrase(lab: Lab) -> None:
    import pulumi

    def secret() -> None:
        thing = Thing("one", secret=pulumi.Output.secret("hush-hush"))
        pulumi.export("secret", thing.secret)

    with pytest.raises(SecretError, match="PULUMI_CONFIG_PASSPHRASE"):
        lab.stack(secret, environment={}).up()
    with lab.cloud() as state:
        assert state["things"] == {}
    result = lab.stack(secret).up()
    assert result.ok
    assert repr(result.outputs["secret"]) == "[secret]"
    assert "hush-hush" not in repr(result)
    file = lab.stack(secret).file
    for path in file.path.parent.iterdir():
        assert "hush-hush" not in path.read_text()
    wrong = lab.stack(secret, environment={"PULUMI_CONFIG_PASSPHRASE": "wrong"})
    with pytest.raises(SecretError, match="not the one of this stack"):
        wrong.up()
    with pytest.raises(SecretError, match="no passphrase"):
        lab.stack(secret, environment={}).refresh()


def test_a_missing_passphrase_is_noticed_before_the_first_step(lab: Lab) -> None:
    import pulumi

    def inner() -> None:
        one = Thing("one", value="x")
        Thing("two", value=one.echo, secret=pulumi.Output.secret("hush-hush"))

    def exported() -> None:
        pulumi.export("echo", pulumi.Output.secret(Thing("one", value="x").echo))

    def declared() -> None:
        options = pulumi.ResourceOptions(additional_secret_outputs=["echo"])
        Thing("two", value=Thing("one").echo, opts=options)

    for later in (inner, exported, declared):
        stack = lab.stack(later, environment={})
        assert "set PULUMI_CONFIG_PASSPHRASE" in stack.preview().error
        with pytest.raises(SecretError, match="set PULUMI_CONFIG_PASSPHRASE"):
            stack.up()
        with lab.cloud() as state:
            assert not state.get("things")
    assert lab.stack(lambda: Thing("old", value="x"), environment={}).up().ok
    for later in (inner, exported, declared):
        with pytest.raises(SecretError, match="set PULUMI_CONFIG_PASSPHRASE"):
            lab.stack(later, environment={}).up()
        with lab.cloud() as state:
            assert len(state["things"]) == 1


def test_a_secret_that_did_not_change_keeps_its_ciphertext(lab: Lab) -> None:
    import pulumi

    def secret() -> None:
        Thing("one", secret=pulumi.Output.secret("hush-hush"))

    def more() -> None:
        secret()
        Thing("two")

    def sealed() -> str:
        resources = lab.stack(secret).export()["deployment"]["resources"]
        found = next(item for item in resources if item["urn"].endswith("::one"))
        return str(found["outputs"]["secret"]["ciphertext"])

    assert lab.stack(secret).up().ok
    before = sealed()
    assert lab.stack(more).up().ok
    assert sealed() == before


def test_a_folder_that_cannot_hold_state_is_one_line(lab: Lab) -> None:
    (lab.folder / ".pulumi").write_text("no folder")
    with pytest.raises(StateError, match="cannot be made: Not a directory"):
        lab.stack(program).up()
    with pytest.raises(StateError, match="cannot be made"):
        lab.stack(program).init()


def test_a_journal_that_cannot_be_written_stops_before_anything_is_made(lab: Lab) -> None:
    stack = lab.stack(program)
    stack.file.path.parent.mkdir(parents=True)
    stack.file.journal.mkdir()
    stack._recover = stack._load  # type: ignore[method-assign]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("pulumi_havip.engine.journal._lines", lambda _path: [])
        result = stack.up()
    assert "dev.journal cannot be written: Is a directory" in result.error
    assert not (lab.folder / "cloud.json").exists()


def test_a_step_names_its_resource() -> None:
    step = Step(op="create", urn="urn:pulumi:dev::p::a:b:C$d:e:F::name::with")  # type: ignore[arg-type]
    assert (step.type, step.name) == ("d:e:F", "name::with")
