"""`Handler`, the base class of all resources: check, diff, create, read, update, delete.

The base class contains what all resources have in common; each resource implements the hooks whose
names begin with an underscore. Adapters (`pulumi_havip.dynamic`, `pulumi_havip.provider.plugin`)
translate between Pulumi's values and the properties of the handlers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Generic, TypeVar

from havip.errors import NotFoundError
from pulumi_havip import urns
from pulumi_havip.handlers.checks import load
from pulumi_havip.handlers.context import Context, Job
from pulumi_havip.handlers.errors import ElsewhereError, ResourceError, UnfinishedError
from pulumi_havip.handlers.model import (
    INTERNAL,
    OBSERVED,
    ONCE,
    REPLACE,
    Args,
    Checked,
    CheckFailure,
    DiffResult,
    Hints,
    Kind,
    PropertyChange,
    State,
    marked,
)
from pulumi_havip.handlers.ownership_tags import (
    STACK_TAG,
    creation_tags,
    label,
    named,
    stack_of,
    tags_of,
)
from pulumi_havip.handlers.property_names import prop
from pulumi_havip.handlers.property_types import NAME_LIMIT
from pulumi_havip.handlers.read_results import PartialError, Reading
from pulumi_havip.handlers.tags import change_tags
from pulumi_havip.handlers.values import Properties, known, plain

A = TypeVar("A", bound=Args)
S = TypeVar("S", bound=State)


class Handler(ABC, Generic[A, S]):
    """One resource type. Stateless, so that one object can serve all threads.

    Attributes:
        kind: The resource's name, such as ``HaVip``.
        args: The model of its arguments.
        state: The model of its outputs, which include the arguments.
        listing: The name of its listing in a `RegionReads`; empty if it has no tags.
        tagged: Its resource type in the tag service, such as ``vpc:havip``; empty without tags.
        inside: The argument that names its parent, whose region is the default.
        hints: Sources of the hints for `check`: for each hint the argument, the resource class that
            it refers to, and the attribute of that resource.
    """

    kind: ClassVar[str]
    listing: ClassVar[str] = ""
    tagged: ClassVar[str] = ""
    inside: ClassVar[str] = ""
    hints: ClassVar[Mapping[str, tuple[str, str, str]]] = {}
    args: type[A]
    state: type[S]

    # -- methods for adapters ----------------------------------------------------------------

    def check(
        self,
        ctx: Context,
        news: Properties,
        olds: Properties | None = None,
        seed: str | None = None,
    ) -> Checked:
        """Validate the arguments, set defaults and generate the creation id.

        Args:
            ctx: The context.
            news: The arguments from the program; values may be `UNKNOWN`.
            olds: The checked arguments of the existing resource; None for a new one.
            seed: The creation id to use; generated if omitted.
        """
        given = dict(news)
        hints = Hints.model_validate(given.pop("hints", None) or {})
        if "name" in self.args.model_fields and given.get("name") is None and hints.urn:
            given["name"] = urns.name_of(hints.urn)[:NAME_LIMIT]
        args, failures = load(self.args, given, self.kind)
        if args is None:
            return Checked(news, failures)
        self._identify(ctx, args, hints, olds or {}, seed)
        failures = (*_declare_adoption(ctx, args), *self._rules(ctx, args, hints, not olds))
        return Checked(plain(args), failures)

    def diff(self, ctx: Context, id: str, olds: Properties, news: Properties) -> DiffResult:
        """Return the changes between a resource and its arguments.

        Args:
            ctx: The context.
            id: The resource's id.
            olds: Its state.
            news: Its checked arguments; values may be `UNKNOWN`.

        Raises:
            ResourceError: The region comes from a configuration that has changed, or `adopt` names
                a resource that would be replaced.
        """
        state, args = self._load_state(ctx, olds), self._load_args(news)
        changes = (*self._region_change(ctx, id, state, args), *self._changes(id, state, args))
        replace = [change.property for change in changes if change.replace]
        if replace and getattr(args, "adopt", None) == id:
            raise ResourceError(
                f"{label(self.kind, args.origin)}: another {prop(replace[0])} replaces {id}, which "
                f"`adopt` names: take `adopt` out of the program to have it deleted and a new one "
                f"made"
            )
        first = bool(replace) and self._delete_first(ctx, state, args)
        return DiffResult(changes, delete_first=first)

    def create(self, ctx: Context, props: Properties) -> Reading[S]:
        """Create the resource, or adopt the one given by `adopt`.

        Raises:
            PartialError: It was created but not finished, and the adapter stores such resources.
            HavipError: It could not be created; nothing is left behind.
        """
        args = self._load_args(props)
        again, region = args.creation_id not in ctx.unused_ids, ctx.region(args.region)
        region.account()  # the state needs it; without a usable key, the id stays unused
        ctx.unused_ids.discard(args.creation_id or "")
        job = Job(ctx, region, label(self.kind, args.origin), again)
        if adopted := getattr(args, "adopt", None):
            id, observed = adopted, self._adopt(job, adopted, args)
        else:
            try:
                id, observed = self._create(job, args)
                if again:
                    observed = self._catch_up(job, id, args, observed)
            except UnfinishedError as error:
                seen = self._read(job, error.id, None) or {}
                half = self._reading(job, error.id, plain(args), seen, self._given(args))
                raise PartialError(half, error) from error
        return self._reading(job, id, plain(args), observed, self._given(args))

    def find(self, ctx: Context, props: Properties) -> Reading[S] | None:
        """Find the result of an earlier, interrupted creation with these arguments.

        It is recognized by the ownership tag with its creation id, or by its natural key: a member
        of a range, the destination in a route table. Return None if nothing is found, and for the
        arguments of an adoption: that creates nothing, may have failed its checks, and its resource
        belongs to the stack only once it has succeeded. Nothing is sent for a creation that this
        process has not begun.

        Args:
            ctx: The context.
            props: The arguments, or the state of a resource, to find its object without its id.
        """
        adopted, in_state = props.get("adopt"), bool(props.get("account"))
        if (adopted and not in_state) or props.get("creation_id") in ctx.unused_ids:
            return None
        names = self.args.model_fields if in_state else props
        args = self._load_args({name: value for name, value in props.items() if name in names})
        job = Job(ctx, ctx.region(args.region), label(self.kind, args.origin), again=True)
        id = adopted or self._find(job, args)
        observed = self._read(job, id, None) if id else None
        if not id or not observed:
            return None
        return self._reading(job, id, plain(args), observed, self._given(args))

    def read(
        self, ctx: Context, id: str, olds: Properties, place: str | None = None
    ) -> Reading[S] | None:
        """Read the resource from the cloud; return None if it does not exist.

        Args:
            ctx: The context.
            id: The resource's id, optionally preceded by its region: ``ap-tokyo/havip-1``.
            olds: Its state, or empty if only the id is known (an import).
            place: The region, if no state gives it.

        Raises:
            ElsewhereError: It does not exist, but was created in another account.
        """
        state = self._load_state(ctx, olds) if olds.get("account") else None
        if state is None and "/" in id.partition("#")[0]:  # a route's id ends with a network
            place, _, id = id.partition("/")
        region = ctx.region(state.region if state else place)
        job = Job(ctx, region, label(self.kind, state.origin if state else None, id))
        observed = self._read(job, id, state)
        if not observed:
            if observed is None:
                self._confirm_gone(job, state)
            return None
        given = state.managed if state else None
        return self._reading(job, id, plain(state) if state else {}, observed, given)

    def update(self, ctx: Context, id: str, olds: Properties, news: Properties) -> Reading[S]:
        """Update the resource in place."""
        state, args = self._load_state(ctx, olds), self._load_args(news)
        job = Job(ctx, ctx.region(state.region), label(self.kind, state.origin, id))
        observed = self._update(job, id, state, args)
        kept = {**plain(state), **plain(args)}
        return self._reading(job, id, kept, observed, self._given(args))

    def delete(self, ctx: Context, id: str, olds: Properties) -> None:
        """Delete the resource and wait until it is gone; a missing one is ignored.

        An object that another resource of the program adopts is left to it.

        Raises:
            ElsewhereError: It does not exist, but was created in another account.
        """
        state = self._load_state(ctx, olds)
        if ctx.keys.owner("object", id) not in (None, state.origin):
            return
        job = Job(ctx, ctx.region(state.region), label(self.kind, state.origin, id))
        try:
            self._delete(job, id, state)
        except NotFoundError:
            self._confirm_gone(job, state)

    # -- hooks of each resource -------------------------------------------------------------

    def _rules(self, ctx: Context, args: A, hints: Hints, new: bool) -> Iterator[CheckFailure]:
        """Yield failures of combinations of values; values may be unknown."""
        yield from ()

    def _same(self, name: str, old: Any, new: Any) -> bool:
        """Return whether two known values of a property are equivalent."""
        return bool(old == new)

    def _replaces(self, name: str, args: A) -> bool:
        """Return whether a changed value of a property requires a replacement."""
        return marked(self.args.model_fields[name], REPLACE)

    def _delete_first(self, ctx: Context, state: S, args: A) -> bool:
        """Return whether a replacement must delete the old one before it creates the new one."""
        return False

    def _refuse_adoption(self, job: Job, observed: Properties) -> None:
        """Raise an error if an existing resource must not be adopted."""
        return

    @abstractmethod
    def _create(self, job: Job, args: A) -> tuple[str, Properties]:
        """Create the resource; return its id and its observed properties."""

    @abstractmethod
    def _find(self, job: Job, args: A) -> str | None:
        """Return the id of the resource that an earlier attempt of this creation made, or None."""

    @abstractmethod
    def _read(self, job: Job, id: str, state: S | None) -> Properties | None:
        """Return the observed properties, None if it is absent, `GONE` if that is certain."""

    @abstractmethod
    def _update(self, job: Job, id: str, state: S, args: A) -> Properties:
        """Update it in place and return the properties observed afterwards."""

    @abstractmethod
    def _delete(self, job: Job, id: str, state: S) -> None:
        """Delete it and wait until it is gone."""

    # -- common to all resources ------------------------------------------------------------

    def _load_args(self, props: Properties) -> A:
        given = {name: value for name, value in props.items() if name != "hints"}
        args, failures = load(self.args, given, self.kind)
        if args is None:
            first = failures[0]
            raise ResourceError(f"{self.kind}: {prop(first.property)}: {first.message}")
        return args

    def _load_state(self, ctx: Context, olds: Properties) -> S:
        state, failures = load(self.state, olds, self.kind, OBSERVED)
        if state is None:
            first = failures[0]
            where = f"{self.kind}: its state is not of this provider"
            raise ResourceError(f"{where}: {prop(first.property)}: {first.message}")
        return state

    def _identify(
        self, ctx: Context, args: A, hints: Hints, olds: Mapping[str, Any], seed: str | None
    ) -> None:
        """Keep the creation id of the old arguments, or generate one for a new resource."""
        args.creation_id = olds.get("creation_id")
        args.origin = olds.get("origin") or hints.urn
        if not olds:
            args.creation_id = seed or ctx.draw()
            ctx.unused_ids.add(args.creation_id)

    def _given(self, args: Args) -> list[str]:
        return [
            name
            for name, field in type(args).model_fields.items()
            if not (marked(field, INTERNAL) or marked(field, ONCE) or name == "adopt")
            and getattr(args, name) is not None
        ]

    def _reading(
        self, job: Job, id: str, base: Properties, observed: Properties, given: list[str] | None
    ) -> Reading[S]:
        """Build a state from the previous values and the observed ones."""
        account = base.get("account") or job.region.account()
        place = {"region": job.region.name, "account": account}
        state = self.state.model_validate({**base, **observed, **place}, context=OBSERVED)
        if given is None:
            found = {name: getattr(state, name) for name in self.args.model_fields}
            given = self._given(self.args.model_construct(**found))
        state.managed = given
        kept = [*given, "creation_id", "origin"]  # another version may have known others
        inputs = {name: it for name in kept if (it := getattr(state, name, None)) is not None}
        return Reading(id, state, plain(inputs))

    def _changes(self, id: str, state: S, args: A) -> Iterator[PropertyChange]:
        for name, field in self.args.model_fields.items():
            new, old = getattr(args, name), getattr(state, name)
            skip = marked(field, INTERNAL) or marked(field, ONCE) or name in ("region", "adopt")
            if new is None or skip or (old is None and new in ("", [])):
                continue
            if not known(new):
                yield PropertyChange(name, replace=self._replaces(name, args))
            elif name == "tags":
                yield from _tag_changes(old or {}, new)
            elif not self._same(name, old, new):
                kind: Kind = "add" if old is None else "update"
                yield PropertyChange(name, kind, self._replaces(name, args))
        adopted = getattr(args, "adopt", None)
        if adopted is not None and known(adopted) and adopted != id:
            yield PropertyChange("adopt", replace=True)

    def _region_change(self, ctx: Context, id: str, state: S, args: A) -> Iterator[PropertyChange]:
        if not known(args.region):
            yield PropertyChange("region", replace=True)
            return
        if args.region is None and "region" not in state.managed:
            configured = ctx.settings.region
            if configured not in (None, state.region):
                raise ResourceError(
                    f"{label(self.kind, state.origin, id)} was made in {state.region}, and "
                    f"havip:region is now {configured}: set it back to {state.region}, or give "
                    f"the resource its region"
                )
        elif (args.region or ctx.settings.region) != state.region:
            yield PropertyChange("region", replace=True)

    def _adopt(self, job: Job, id: str, args: A) -> Properties:
        """Adopt an existing resource, whose create-only properties must match the arguments."""
        observed = self._read(job, id, None)
        if not observed:
            raise ResourceError(
                f"{job.name}: adopt: there is no {id} in {job.region.name}: check the id and the "
                f"region, or leave `adopt` out to make a new one"
            )
        self._refuse_adoption(job, observed)
        state = self.state.model_validate({**plain(args), **observed}, context=OBSERVED)
        changes = list(self._changes(id, state, args))
        for change in changes:
            if change.replace:
                raise ResourceError(
                    f"{job.name}: adopt: {id} has {prop(change.property)} "
                    f"{getattr(state, change.property)!r}, which cannot be changed: write that, "
                    f"or leave `adopt` out to make a new one"
                )
        self._mark(job, id, args)
        return self._update(job, id, state, args) if changes else observed

    def _catch_up(self, job: Job, id: str, args: A, observed: Properties) -> Properties:
        """Update the result of an earlier attempt, as the arguments may have changed since."""
        state = self.state.model_validate({**plain(args), **observed}, context=OBSERVED)
        changes = list(self._changes(id, state, args))
        if any(change.replace for change in changes):
            raise ResourceError(
                f"{job.name}: {id}, which an interrupted attempt made, has another "
                f"{prop(changes[0].property)}: run it again to have it replaced"
            )
        return self._update(job, id, state, args) if changes else observed

    def _mark(self, job: Job, id: str, args: A) -> None:
        """Tag a resource of another stack as this stack's, or it would count as an orphan there.

        A resource that no stack created gets no tags: it is never an orphan, even if a state is
        lost.
        """
        row = getattr(job.region, self.listing).get(id)
        tags = row.tags if hasattr(row, "tags") else row.tag_set
        maker = tags_of(tags).get(STACK_TAG)
        if maker and args.origin and maker != stack_of(args.origin):
            change_tags(job, self.tagged, id, {}, creation_tags(args.creation_id, args.origin))

    def _confirm_gone(self, job: Job, state: S | None) -> None:
        """Raise an error if an absent resource may exist in another account."""
        if state is None or (state.account and state.account == job.region.account()):
            return
        raise ElsewhereError(
            f"{job.name} is not in {job.region.name} of account {job.region.account()}, but it "
            f"was made in account {state.account or 'unknown'}: use that account's key, or remove "
            f"it from the state with `havip stack forget` or `pulumi state delete`"
        )


def _declare_adoption(ctx: Context, args: Args) -> Iterator[CheckFailure]:
    """Declare the adopted object; two resources of a program cannot have the same one."""
    adopted = getattr(args, "adopt", None)
    if not adopted or not known(adopted):
        return
    if other := ctx.keys.declare("object", adopted, args.origin):
        yield CheckFailure("adopt", f"{named(other)} adopts {adopted}: leave one of them out")


def _tag_changes(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[PropertyChange]:
    for key in sorted({*old, *new}):
        if key not in new:
            yield PropertyChange("tags", "delete", key=f'["{key}"]')
        elif key not in old:
            yield PropertyChange("tags", "add", key=f'["{key}"]')
        elif old[key] != new[key]:
            yield PropertyChange("tags", key=f'["{key}"]')
