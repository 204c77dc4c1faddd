"""Select the provider of a resource: explicit, inherited from its parent, or the default one."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pulumi_havip import urns
from pulumi_havip.engine.credentials import for_the_state
from pulumi_havip.engine.errors import EngineError, ProviderError, UnsupportedFeatureError
from pulumi_havip.engine.provider import ProviderClient
from pulumi_havip.engine.provider_responses import Diff
from pulumi_havip.engine.registration import Goal
from pulumi_havip.engine.resource_state import Record
from pulumi_havip.engine.run import Run
from pulumi_havip.engine.values import Properties, Secret, same

if TYPE_CHECKING:
    from pulumi_havip.engine.deployment import Deployment


class Providers:
    """Registers providers and selects those of resources.

    Args:
        run: The operation.
        deployment: The deployment whose program registers resources.
    """

    def __init__(self, run: Run, deployment: Deployment) -> None:
        self._run = run
        self._deployment = deployment
        self._registry = run.registry
        self._defaults: dict[str, str] = {}
        self._registering = threading.Lock()

    def of(self, goal: Goal) -> tuple[str, ProviderClient]:
        """Return the reference of a goal's provider, and its client.

        Raises:
            EngineError: The provider was not registered.
        """
        reference = goal.provider or self.default(urns.package_of(goal.type), goal.version)
        provider = self._registry.get(reference)
        if provider is None:
            raise EngineError(f"the provider {reference} of {goal.name} was not registered")
        return reference, provider

    def default(self, package: str, version: str = "") -> str:
        """Return the reference of a package's default provider, registering it on first use."""
        name = "default" + ("_" + re.sub(r"[.+-]", "_", version) if version else "")
        with self._registering:
            urn = urns.make(
                self._run.settings.stack,
                self._run.settings.project,
                "",
                urns.PROVIDER_PREFIX + package,
                name,
            )
            if urn not in self._defaults:
                self._defaults[urn] = self._register_default(package, name, version)
            return self._defaults[urn]

    def _register_default(self, package: str, name: str, version: str) -> str:
        if package == "pulumi":
            raise UnsupportedFeatureError("a resource of the engine's own package `pulumi`")
        inputs = package_config(self._run, package)
        if version:
            inputs["version"] = version
        goal = Goal(urns.PROVIDER_PREFIX + package, name, custom=True, inputs=inputs)
        record, _ = self._deployment.register(goal)
        return urns.reference(record.urn, record.id)

    def register(self, new: Record, old: Record | None, goal: Goal) -> None:
        """Register a provider resource."""
        provider = self._loaded(new, old) or self._registry.make(new)
        steps = self._deployment.steps
        if provider.package != urns.DYNAMIC_PACKAGE:
            version = {"version": goal.version} if goal.version else {}
            olds = old.inputs if old is not None else {}
            new.inputs = provider.check_config(new.urn, olds, {**new.inputs, **version}) | version
        configuration = new.inputs
        if goal.name.startswith("default"):
            new.inputs = for_the_state(new.inputs, given_to(self._run, provider.package))
        if old is None:
            steps.make_provider(new, None)
        else:
            diff = self._diff(provider, old, new.inputs)
            if diff.changes and diff.replaces:
                steps.make_provider(new, old, diff.replace_keys)
                steps.replace(new, diff.replace_keys, [])
            elif diff.changes:
                steps.update_provider(new, old)
            else:
                new.inputs = old.inputs
                steps.same(new, old)
        self._registry.adopt(new, provider, configuration)

    def _loaded(self, new: Record, old: Record | None) -> ProviderClient | None:
        """Return the dynamic provider started for the state, if its configuration is the same."""
        if old is None or urns.kind_of(new.urn) != urns.PROVIDER_PREFIX + urns.DYNAMIC_PACKAGE:
            return None
        loaded = self._registry.get(urns.reference(new.urn, old.id))
        return loaded if loaded is not None and loaded.is_configured_with(new.inputs) else None

    def _diff(self, provider: ProviderClient, old: Record, news: Properties) -> Diff:
        if provider.package == urns.DYNAMIC_PACKAGE:
            diff = Diff()
        else:
            diff = provider.diff_config(old.urn, old, news)
        if diff.changes is None:
            return Diff(not same(old.outputs, news))
        return diff

    def changed(self, old: Record, new: Record) -> bool:
        """Return whether a resource's provider changed in a way that replaces the resource."""
        if old.provider == new.provider:
            return False
        if not old.provider or not new.provider:
            return True
        before = self._deployment.olds.get(old.provider_urn)
        after = self._deployment.news.get(new.provider_urn)
        provider = self._registry.get(new.provider)
        if before is None or after is None or provider is None:
            return False
        if provider.package == urns.DYNAMIC_PACKAGE:
            return False
        return provider.diff_config(after.urn, before, after.inputs).replaces

    def of_old(self, record: Record) -> ProviderClient | None:
        """Return the provider that manages a resource of the state.

        None means that the resource is a component or a provider, which no provider manages.
        """
        return provider_of(self._run, self._deployment.old_records, record)


def provider_of(run: Run, records: list[Record], record: Record) -> ProviderClient | None:
    """Return the provider of a resource of the state, configured as in the state.

    The dynamic provider gets the current stack configuration: its credentials may be new.

    Raises:
        ProviderError: The state does not contain the provider.
    """
    if not record.custom or record.is_provider:
        return None
    loaded = run.registry.get(record.provider)
    if loaded is not None:
        return loaded
    urn, identity = urns.split_reference(record.provider)
    found = next((item for item in records if item.urn == urn and item.id == identity), None)
    if found is None:
        raise ProviderError(f"the state of {record.name} names a provider that it does not hold")
    package = found.type.removeprefix(urns.PROVIDER_PREFIX)
    if found.name.startswith("default"):
        kept = {} if package == urns.DYNAMIC_PACKAGE else found.inputs
        found = found.copy(inputs={**kept, **package_config(run, package)})
    return run.registry.load(found)


def package_config(run: Run, package: str) -> Properties:
    """Return the configuration of a package's default provider; a dynamic one gets everything."""
    values, secret = run.settings.config, run.settings.secret_keys
    return {
        name: Secret(values[key]) if key in secret else values[key]
        for key, name in _names(values, package)
    }


def given_to(run: Run, package: str) -> set[str]:
    """Return the names of the settings that a default provider gets for this run only."""
    return {name for _, name in _names(run.settings.given, package)}


def _names(keys: Iterable[str], package: str) -> Iterator[tuple[str, str]]:
    for key in sorted(keys):
        space, _, name = key.partition(":")
        if package == urns.DYNAMIC_PACKAGE:
            yield key, key
        elif space == package:
            yield key, name
