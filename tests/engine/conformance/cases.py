"""Programs, and what is done with them: run on the Pulumi CLI once, on the engine every time."""
# mypy: disable-error-code="import-not-found, misc"

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pulumi
import things
from boxes import Box as PluginBox
from boxes import Boxes
from pulumi import (
    ComponentResource,
    Output,
    ResourceOptions,
    ResourceTransformArgs,
    ResourceTransformResult,
    export,
)
from pulumi.runtime import register_resource_transform
from things import Other, Thing


@dataclass
class Do:
    """One operation.

    Attributes:
        operation: ``up``, ``preview``, ``refresh`` or ``destroy``.
        program: Which of the case's programs runs.
        options: Options of the operation: ``targets``, ``target_dependents``, ``replace``,
            ``refresh``.
        before: What happens to the cloud first.
    """

    operation: str
    program: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    before: Callable[[dict[str, Any]], None] | None = None


@dataclass
class Case:
    """Programs and operations.

    Attributes:
        programs: Functions; each is the project's program at some time.
        plan: What is done, in order.
        config: The stack's configuration; keys that end in ``!`` are secrets.
    """

    programs: list[Callable[[], None]]
    plan: list[Do]
    config: dict[str, str] = field(default_factory=dict)


CASES: dict[str, Case] = {}
CLOUD = "the cloud's file"
"""A value of the configuration that is put in where it is known."""


def case(plan: list[Do], **config: str) -> Callable[[type], type]:
    """Enter a class as a case: its functions ``a``, ``b``, … are its programs."""

    def enter(cls: type) -> type:
        programs = [value for name, value in vars(cls).items() if not name.startswith("_")]
        keys = {key.replace("__", ":").removesuffix("_"): value for key, value in config.items()}
        secret = {key.replace("__", ":").removesuffix("_") for key in config if key.endswith("_")}
        named = {f"{key}!" if key in secret else key: value for key, value in keys.items()}
        CASES[cls.__name__] = Case(programs, plan, named)
        return cls

    return enter


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::conformance::pulumi-python:dynamic/things:{kind}::{name}"


def first(state: dict[str, Any]) -> dict[str, Any]:
    return next(iter(state["things"].values()))


LIFE = [Do("preview"), Do("up"), Do("preview"), Do("refresh"), Do("destroy")]
CHANGE = [Do("up"), Do("preview", 1), Do("up", 1), Do("preview", 1), Do("destroy", 1)]


@case(LIFE)
class Empty:
    def a() -> None:
        return


@case(LIFE)
class One:
    def a() -> None:
        thing = Thing("one", value="x", items=[1, 2.5, True, {"k": None}], tags={"a": "b"})
        export("echo", thing.echo)


@case(LIFE)
class Chain:
    def a() -> None:
        one = Thing("one", value="x")
        two = Thing("two", value=one.echo)
        three = Thing("three", value=Output.concat(two.echo, "!"), tags={"from": one.serial})
        export("all", [one.echo, two.echo, three.echo])
        export("nested", {"id": three.id, "urn": three.urn})


@case(CHANGE)
class Update:
    def a() -> None:
        one = Thing("one", value="x")
        Thing("two", value=one.revision)

    def b() -> None:
        one = Thing("one", value="y")
        Thing("two", value=one.revision)


@case(CHANGE)
class AddAndRemove:
    def a() -> None:
        one = Thing("one", value="x")
        Thing("two", value=one.echo)
        export("gone", one.echo)

    def b() -> None:
        one = Thing("one", value="x")
        Thing("three", value=one.echo)
        export("new", one.echo)


@case(CHANGE)
class DeletedWith:
    def a() -> None:
        box = Thing("box", value="x")
        Thing("inside", value="y", opts=ResourceOptions(deleted_with=box))
        Thing("beside", value="y", opts=ResourceOptions(deleted_with=box))

    def b() -> None:
        box = Thing("box", value="x")
        Thing("inside", value="y", opts=ResourceOptions(deleted_with=box))


@case(CHANGE)
class Transforms:
    def a() -> None:
        def tag(args: ResourceTransformArgs) -> ResourceTransformResult:
            return ResourceTransformResult({**args.props, "tags": {"team": "a"}}, args.opts)

        register_resource_transform(tag)
        Thing("one", value="x")

    def b() -> None:
        def options(args: ResourceTransformArgs) -> ResourceTransformResult:
            changed = ResourceOptions.merge(args.opts, ResourceOptions(ignore_changes=["value"]))
            return ResourceTransformResult(args.props, changed)

        def tag(args: ResourceTransformArgs) -> ResourceTransformResult:
            return ResourceTransformResult({**args.props, "tags": {"team": "b"}}, args.opts)

        register_resource_transform(tag)
        Thing("one", value="y", opts=ResourceOptions(transforms=[options]))
        Thing("two", value="z")


@case(CHANGE)
class Replace:
    def a() -> None:
        one = Thing("one", address="1.1.1.1")
        Thing("two", value=one.serial)

    def b() -> None:
        one = Thing("one", address="2.2.2.2")
        Thing("two", value=one.serial)


@case(CHANGE)
class ReplaceDeletesFirst:
    def a() -> None:
        one = Thing("one", slot="a")
        Thing("updated", value=one.serial)
        Thing("depends", opts=ResourceOptions(depends_on=[one]))

    def b() -> None:
        one = Thing("one", slot="b")
        Thing("updated", value=one.serial)
        Thing("depends", opts=ResourceOptions(depends_on=[one]))


@case(CHANGE)
class ReplaceCascades:
    def a() -> None:
        one = Thing("one", address="1.1.1.1")
        two = Thing("two", address=one.serial)
        three = Thing("three", address=two.serial, value="x")
        Thing("four", value=three.serial)

    def b() -> None:
        one = Thing("one", address="2.2.2.2")
        two = Thing("two", address=one.serial)
        three = Thing("three", address=two.serial, value="x")
        Thing("four", value=three.serial)


@case(CHANGE)
class DeleteFirstCascades:
    def a() -> None:
        one = Thing("one", slot="a")
        two = Thing("two", slot=one.serial)
        three = Thing("three", address=two.serial)
        four = Thing("four", value=three.serial)
        Thing("aside", value="x", opts=ResourceOptions(depends_on=[four]))

    def b() -> None:
        one = Thing("one", slot="b")
        two = Thing("two", slot=one.serial)
        three = Thing("three", address=two.serial)
        four = Thing("four", value=three.serial)
        Thing("aside", value="x", opts=ResourceOptions(depends_on=[four]))


@case(CHANGE)
class DeleteFirstDropsDependent:
    def a() -> None:
        one = Thing("one", slot="a")
        Thing("two", address=one.serial)

    def b() -> None:
        Thing("one", slot="b")


@case(CHANGE)
class DeleteBeforeReplaceOption:
    def a() -> None:
        one = Thing("one", address="1.1.1.1", opts=ResourceOptions(delete_before_replace=True))
        Thing("two", address=one.serial)

    def b() -> None:
        one = Thing("one", address="2.2.2.2", opts=ResourceOptions(delete_before_replace=True))
        Thing("two", address=one.serial)


@case(CHANGE)
class CreateBeforeReplaceOption:
    def a() -> None:
        Thing("one", slot="a", opts=ResourceOptions(delete_before_replace=False))

    def b() -> None:
        Thing("one", slot="b", opts=ResourceOptions(delete_before_replace=False))


class Box(ComponentResource):
    def __init__(
        self, name: str, value: Any, opts: ResourceOptions | None = None, inner: str = "inner"
    ) -> None:
        super().__init__("test:index:Box", name, {"value": value}, opts)
        self.inner = Thing(f"{name}-{inner}", value=value, opts=ResourceOptions(parent=self))
        self.echo = self.inner.echo
        self.register_outputs({"echo": self.inner.echo})


@case(CHANGE)
class Components:
    def a() -> None:
        box = Box("box", "x")
        Thing("after", value="y", opts=ResourceOptions(depends_on=[box]))
        export("echo", box.echo)

    def b() -> None:
        box = Box("box", "z")
        Thing("after", value="y", opts=ResourceOptions(depends_on=[box]))
        export("echo", box.echo)


@case(CHANGE)
class NestedParents:
    def a() -> None:
        box = Box("box", "x")
        inside = Thing("inside", value="y", opts=ResourceOptions(parent=box.inner))
        Thing("deep", value=inside.echo, opts=ResourceOptions(parent=inside))

    def b() -> None:
        box = Box("box", "x")
        Thing("inside", value="y", opts=ResourceOptions(parent=box.inner))


@case(CHANGE, conformance__token_="t0p", things__plain="p")
class SecretConfig:
    def a() -> None:
        config = pulumi.Config()
        thing = Thing("one", secret=config.require_secret("token"), value="v")
        export("secret", thing.secret)
        export("plain", pulumi.Config("things").get("plain"))

    def b() -> None:
        config = pulumi.Config()
        thing = Thing("one", secret=config.require_secret("token"), value="w")
        export("secret", Output.concat("x", thing.secret))


@case(LIFE)
class Secrets:
    def a() -> None:
        thing = Thing(
            "one",
            secret=Output.secret("hush"),
            tags={"deep": Output.secret("hush"), "plain": "p"},
            items=[1, Output.secret("two")],
        )
        Thing("two", value=thing.secret)
        export("secret", thing.secret)
        export("made", Output.secret({"a": 1}))


@case(CHANGE)
class SecretBecomesPlain:
    def a() -> None:
        Thing("one", value=Output.secret("x"))

    def b() -> None:
        Thing("one", value="x")


@case(CHANGE)
class AdditionalSecretOutputs:
    def a() -> None:
        thing = Thing("one", value="x", opts=ResourceOptions(additional_secret_outputs=["echo"]))
        export("echo", thing.echo)

    def b() -> None:
        thing = Thing("one", value="x")
        export("echo", thing.echo)


@case([Do("up"), Do("destroy"), Do("up", 1), Do("up", 2), Do("destroy", 2)])
class Protect:
    def a() -> None:
        thing = Thing("one", value="x", opts=ResourceOptions(protect=True))
        Thing("two", value=thing.echo)

    def b() -> None:
        Thing("two", value="x")

    def c() -> None:
        Thing("one", value="x", opts=ResourceOptions(protect=False))


@case([Do("up"), Do("preview", 1), Do("up", 1), Do("up", 2), Do("destroy", 2)])
class ProtectRefusesReplacement:
    def a() -> None:
        Thing("one", address="1.1.1.1", opts=ResourceOptions(protect=True))

    def b() -> None:
        Thing("one", address="2.2.2.2", opts=ResourceOptions(protect=True))

    def c() -> None:
        Thing("one", address="2.2.2.2")


@case(CHANGE)
class ProtectInherited:
    def a() -> None:
        Box("box", "x", ResourceOptions(protect=True))

    def b() -> None:
        Box("box", "x", ResourceOptions(protect=False))


@case(CHANGE)
class IgnoreChanges:
    def a() -> None:
        Thing("one", value="x", tags={"a": "1", "b": "1"}, items=[{"k": 1}, {"k": 2}])

    def b() -> None:
        Thing(
            "one",
            value="y",
            tags={"a": "2", "b": "2"},
            items=[{"k": 3}, {"k": 4}],
            opts=ResourceOptions(ignore_changes=["value", "tags.a", "items[0].k"]),
        )


@case(CHANGE)
class IgnoreChangesAll:
    def a() -> None:
        Thing("one", value="x", address="1.1.1.1", tags={"a": "1"})

    def b() -> None:
        Thing("one", value="y", tags={"c": "1"}, opts=ResourceOptions(ignore_changes=["*"]))


@case(CHANGE)
class ReplaceOnChanges:
    def a() -> None:
        Thing("one", value="x", fail="silent-diff")

    def b() -> None:
        Thing(
            "one",
            value="y",
            fail="silent-diff",
            opts=ResourceOptions(replace_on_changes=["value"]),
        )


@case(CHANGE)
class ReplaceOnChangesWithoutDetails:
    def a() -> None:
        Thing("one", value="x")

    def b() -> None:
        Thing("one", value="y", opts=ResourceOptions(replace_on_changes=["value"]))


@case([Do("up"), Do("up", 1), Do("destroy", 1)])
class RetainOnDelete:
    def a() -> None:
        Thing("one", value="x", opts=ResourceOptions(retain_on_delete=True))
        Thing("two", value="x", opts=ResourceOptions(retain_on_delete=True))

    def b() -> None:
        Thing("two", value="x", opts=ResourceOptions(retain_on_delete=True))


@case(CHANGE)
class RetainOnReplace:
    def a() -> None:
        Thing("one", address="1.1.1.1", opts=ResourceOptions(retain_on_delete=True))

    def b() -> None:
        Thing("one", address="2.2.2.2", opts=ResourceOptions(retain_on_delete=True))


@case(CHANGE)
class AliasName:
    def a() -> None:
        one = Thing("one", value="x")
        Thing("user", value=one.serial)

    def b() -> None:
        one = Thing("uno", value="x", opts=ResourceOptions(aliases=[pulumi.Alias(name="one")]))
        Thing("user", value=one.serial)


@case(CHANGE)
class AliasType:
    def a() -> None:
        Thing("one", value="x")

    def b() -> None:
        alias = pulumi.Alias(type_="pulumi-python:dynamic/things:Thing")
        Other("one", value="x", opts=ResourceOptions(aliases=[alias]))


@case(CHANGE)
class AliasParent:
    def a() -> None:
        Thing("one", value="x")

    def b() -> None:
        box = Box("box", "x")
        alias = pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)
        Thing("one", value="y", opts=ResourceOptions(parent=box, aliases=[alias]))


@case(CHANGE)
class AliasOfComponent:
    def a() -> None:
        Box("box", "x")

    def b() -> None:
        Box("case", "x", ResourceOptions(aliases=[pulumi.Alias(name="box")]))


@case(CHANGE)
class AliasUrn:
    def a() -> None:
        Thing("one", value="x")

    def b() -> None:
        Thing("uno", value="x", opts=ResourceOptions(aliases=[urn("Thing", "one")]))


@case([Do("up"), Do("up", 1), Do("preview", 1), Do("destroy", 1)])
class GetById:
    def a() -> None:
        Thing("one", value="x")

    def b() -> None:
        Thing("one", value="x")
        got = Thing("got", opts=ResourceOptions(id="thing-1"))
        Thing("user", value=got.echo)
        export("echo", got.echo)


@case([Do("up"), Do("up", 1), Do("destroy", 1)])
class ImportFails:
    def a() -> None:
        Thing("one", value="x")

    def b() -> None:
        one = Thing("one", value="x")
        Thing("taken", opts=ResourceOptions(import_="thing-1", depends_on=[one]))


@case([Do("preview"), Do("up"), Do("up", 1), Do("destroy", 1)])
class CreateFails:
    def a() -> None:
        one = Thing("one", value="x")
        Thing("two", value=one.echo, fail="create")

    def b() -> None:
        one = Thing("one", value="x")
        Thing("two", value=one.echo)


@case([Do("up"), Do("up", 1), Do("up", 2), Do("destroy", 2)])
class UpdateFails:
    def a() -> None:
        Thing("one", value="x")

    def b() -> None:
        Thing("one", value="y", fail="update")

    def c() -> None:
        Thing("one", value="z")


@case([Do("preview"), Do("up"), Do("up", 1), Do("destroy", 1)])
class CheckFails:
    def a() -> None:
        Thing("one", value="x", fail="check")

    def b() -> None:
        Thing("one", value="x")


@case([Do("up"), Do("destroy"), Do("up", 1), Do("destroy", 1)])
class DeleteFails:
    def a() -> None:
        one = Thing("one", value="x", fail="delete")
        Thing("two", value=one.echo)

    def b() -> None:
        Thing("one", value="x")


@case([Do("up"), Do("up", 1), Do("up", 2), Do("destroy", 2)])
class ReplacementFails:
    def a() -> None:
        Thing("one", slot="a")

    def b() -> None:
        Thing("one", slot="b", fail="create")

    def c() -> None:
        Thing("one", slot="b")


@case([Do("up"), Do("preview", 1), Do("up", 1), Do("up"), Do("destroy")])
class ProgramFails:
    def a() -> None:
        Thing("one", value="x")
        export("kept", 1)

    def b() -> None:
        Thing("two", value="x")
        export("new", 1)
        raise ValueError("the program is wrong")


@case([Do("up"), Do("up", 1), Do("destroy", 1)])
class SameNameTwice:
    def a() -> None:
        Thing("one", value="x")

    def b() -> None:
        Thing("one", value="x")
        Thing("one", value="y")


def _rename(state: dict[str, Any]) -> None:
    first(state)["value"] = "moved"
    first(state)["echo"] = "moved"


def _readdress(state: dict[str, Any]) -> None:
    first(state)["address"] = "9.9.9.9"


def _lose(state: dict[str, Any]) -> None:
    state["things"].pop(next(iter(state["things"])))


@case([Do("up"), Do("refresh", before=_rename), Do("preview"), Do("up"), Do("destroy")])
class DriftRepaired:
    def a() -> None:
        one = Thing("one", value="x")
        Thing("two", value=one.echo)


@case([Do("up"), Do("refresh", before=_readdress), Do("preview"), Do("up"), Do("destroy")])
class DriftReplaced:
    def a() -> None:
        Thing("one", address="1.1.1.1")


@case([Do("up"), Do("refresh", before=_lose), Do("preview"), Do("up"), Do("destroy")])
class GoneIsMadeAgain:
    def a() -> None:
        one = Thing("one", value="x")
        Thing("two", value=one.echo, opts=ResourceOptions(parent=one))


@case([Do("up"), Do("up", before=_rename, options={"refresh": True}), Do("destroy")])
class UpWithRefresh:
    def a() -> None:
        Thing("one", value="x")


TARGET_ONE = {"targets": [urn("Thing", "one")]}


@case([Do("up", options=TARGET_ONE), Do("up", 1, TARGET_ONE), Do("up", 1), Do("destroy", 1)])
class Targets:
    def a() -> None:
        Thing("one", value="x")
        Thing("two", value="x")

    def b() -> None:
        Thing("one", value="y")
        Thing("two", value="y")


@case([Do("up", options=TARGET_ONE), Do("destroy")])
class TargetNeedsAnother:
    def a() -> None:
        two = Thing("two", value="x")
        Thing("one", value=two.echo)


@case(
    [
        Do("up"),
        Do("destroy", options=TARGET_ONE),
        Do("destroy", options={**TARGET_ONE, "target_dependents": True}),
        Do("destroy"),
    ]
)
class TargetedDestroy:
    def a() -> None:
        one = Thing("one", value="x")
        Thing("two", value=one.echo)
        Thing("three", value="x")


@case([Do("up"), Do("up", options={"replace": [urn("Thing", "one")]}), Do("destroy")])
class TargetedReplace:
    def a() -> None:
        one = Thing("one", value="x")
        Thing("two", value=one.serial)


@case(CHANGE)
class ComponentOutputsFromChildren:
    def a() -> None:
        boxes = [Box(f"box{number}", number) for number in range(3)]
        export("echoes", Output.all(*[box.echo for box in boxes]))

    def b() -> None:
        boxes = [Box(f"box{number}", number * 2) for number in range(2)]
        export("echoes", Output.all(*[box.echo for box in boxes]))


@case(CHANGE)
class UnknownInPreview:
    def a() -> None:
        Thing("one", value="x")

    def b() -> None:
        new = Thing("new", value="n")
        Thing("one", value="x", address=new.serial)


@case([Do("up"), Do("up", 1), Do("destroy", 1)])
class CustomTimeouts:
    def a() -> None:
        timeouts = pulumi.CustomTimeouts(create="5m", delete="1h30m")
        Thing("one", value="x", opts=ResourceOptions(custom_timeouts=timeouts))

    def b() -> None:
        Thing("one", value="x")


@case([Do("up"), Do("up", 1), Do("destroy", 1)])
class DependenciesChange:
    def a() -> None:
        one = Thing("one", value="x")
        Thing("two", value="x", opts=ResourceOptions(depends_on=[one]))

    def b() -> None:
        Thing("one", value="x")
        Thing("two", value="x")


@case([Do("up", options={"parallel": 1}), Do("destroy", options={"parallel": 1})])
class OneAtATime:
    def a() -> None:
        for number in range(4):
            Thing(f"thing{number}", value=number)


@case(LIFE, boxes__file=CLOUD)
class Plugin:
    def a() -> None:
        box = PluginBox("box", size=1, place="a", secret=Output.secret("hush"))
        export("later", PluginBox("user", size=box.id.apply(len)).label)
        export("secret", box.secret)


@case(CHANGE, boxes__file=CLOUD)
class PluginChanges:
    def a() -> None:
        PluginBox("updated", size=1)
        replaced = PluginBox("replaced", size=1, place="a")
        PluginBox("user", size=replaced.id.apply(len))

    def b() -> None:
        PluginBox("updated", size=2)
        replaced = PluginBox("replaced", size=1, place="b")
        PluginBox("user", size=replaced.id.apply(len))


@case(CHANGE, boxes__file=CLOUD)
class PluginBesideDynamic:
    def a() -> None:
        thing = Thing("thing", value="x")
        box = PluginBox("box", size=1, colour=thing.echo)
        Thing("user", value=box.label)

    def b() -> None:
        thing = Thing("thing", value="y")
        box = PluginBox("box", size=2, colour=thing.echo)
        Thing("user", value=box.label)


@case(CHANGE, boxes__file=CLOUD)
class ProviderOfItsOwn:
    def a() -> None:
        mine = Boxes("mine", file=pulumi.Config("boxes").require("file"))
        PluginBox("box", size=1, opts=ResourceOptions(provider=mine))

    def b() -> None:
        mine = Boxes("mine", file=pulumi.Config("boxes").require("file"))
        PluginBox("box", size=2, opts=ResourceOptions(provider=mine))


def red_box(state: dict[str, Any]) -> None:
    state["things"]["box-7"] = {"size": 3.0, "colour": "red", "label": "size 3.0"}


IMPORT = ResourceOptions(import_="box-7")


@case(
    [Do("preview", before=red_box), Do("up"), Do("up"), Do("up", 1), Do("up", 2), Do("destroy", 2)],
    boxes__file=CLOUD,
)
class Import:
    def a() -> None:
        PluginBox("box", size=3, colour="red", opts=IMPORT)

    def b() -> None:
        PluginBox("box", size=4, colour="red", opts=IMPORT)

    def c() -> None:
        PluginBox("box", size=4, colour="red")


@case(LIFE, boxes__file=CLOUD)
class Invoke:
    def a() -> None:
        answer = pulumi.runtime.invoke("boxes:index:greet", {"name": "you"})
        assert answer is not None
        Thing("thing", value=answer.value["greeting"])


@case([Do("up"), Do("destroy")], boxes__file=CLOUD)
class PluginCheckFails:
    def a() -> None:
        PluginBox("box", size=13)


__all__ = ["CASES", "CLOUD", "Case", "Do", "things"]
