"""Deprecated names that still work, with a warning that gives the new name.

`MOVED` maps the import paths of modules, `RENAMED` the names inside modules. The import hook is the
last one that Python calls, so it does not slow down other imports.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from importlib.abc import Loader
else:
    Loader = object  # importing importlib.abc would slow down every program

MOVED: Final = {
    "havip._arp": "havip.doctor.arp",
    "havip._caller": "havip._transport.caller",
    "havip._clock": "havip._transport.clock",
    "havip._endpoint": "havip._transport.endpoint",
    "havip._http": "havip._transport.http",
    "havip._keys": "havip.credentials.base",
    "havip._limit": "havip._transport.rate_limit",
    "havip._log": "havip._transport.log",
    "havip._profiles": "havip.credentials.files",
    "havip._retry": "havip._transport.retry",
    "havip._roles": "havip.credentials.roles",
    "havip._sign": "havip._transport.sign",
    "havip._site": "havip._client.site",
    "havip._task": "havip._client.task",
    "havip._verb": "havip._client.verb",
    "havip._wait": "havip._client.wait",
    "havip._wire": "havip._transport.wire",
    "havip.doctor._cloud": "havip.doctor.checks_api",
    "havip.doctor._facts": "havip.doctor.facts",
    "havip.doctor._firewall": "havip.doctor.checks_firewall",
    "havip.doctor._local": "havip.doctor.checks_node",
    "havip.emulator.allocation": "havip.emulator.state.addresses",
    "havip.emulator.auth": "havip.emulator.http.auth",
    "havip.emulator.checks": "havip.emulator.rules.checks",
    "havip.emulator.clock": "havip.emulator.state.clock",
    "havip.emulator.controlhttp": "havip.emulator.http.control_interface",
    "havip.emulator.eips": "havip.emulator.rules.eips",
    "havip.emulator.enis": "havip.emulator.rules.enis",
    "havip.emulator.faults": "havip.emulator.http.faults",
    "havip.emulator.gateway": "havip.emulator.http.gateway",
    "havip.emulator.holders": "havip.emulator.rules.holders",
    "havip.emulator.keys": "havip.emulator.state.access_keys",
    "havip.emulator.listing": "havip.emulator.rules.filters",
    "havip.emulator.machines": "havip.emulator.rules.instances",
    "havip.emulator.messages": "havip.emulator.http.translations",
    "havip.emulator.rawhttp": "havip.emulator.http.messages",
    "havip.emulator.records": "havip.emulator.state.rows",
    "havip.emulator.refusals": "havip.emulator.errors",
    "havip.emulator.registry": "havip.emulator.actions.registry",
    "havip.emulator.requestlog": "havip.emulator.http.request_log",
    "havip.emulator.server": "havip.emulator.http.server",
    "havip.emulator.serving": "havip.emulator.http.service",
    "havip.emulator.settings": "havip.emulator.state.settings",
    "havip.emulator.store": "havip.emulator.state.store",
    "havip.emulator.table": "havip.emulator.state.table",
    "havip.emulator.tasks": "havip.emulator.rules.tasks",
    "havip.emulator.tokens": "havip.emulator.rules.client_tokens",
    "havip.keepalived.checks": "havip.keepalived.nodes.health_checks",
    "havip.keepalived.cloud": "havip.keepalived.nodes.cloud",
    "havip.keepalived.database": "havip.keepalived.nodes.database",
    "havip.keepalived.haproxy": "havip.keepalived.nodes.haproxy",
    "havip.keepalived.keywords": "havip.keepalived.config.keywords",
    "havip.keepalived.mariadb": "havip.keepalived.nodes.mariadb",
    "havip.keepalived.model": "havip.keepalived.config.model",
    "havip.keepalived.pair": "havip.keepalived.nodes.pair",
    "havip.keepalived.postgresql": "havip.keepalived.nodes.postgresql",
    "havip.keepalived.read": "havip.keepalived.config.read",
    "havip.keepalived.recover": "havip.keepalived.config.recovery",
    "havip.keepalived.scripts": "havip.keepalived.nodes.scripts",
    "havip.keepalived.setup": "havip.keepalived.nodes.setup",
    "havip.keepalived.syntax": "havip.keepalived.config.syntax",
    "havip.keepalived.wsfc": "havip.keepalived.nodes.wsfc",
    "havip.lab.arp": "havip.doctor.arp",
    "havip.lab.enclosure": "havip.lab.namespace",
    "havip.lab.host": "havip.lab.node",
    "havip.lab.probe": "havip.lab.probes",
    "havip.lab.site": "havip.lab.topology",
    "pulumi_havip._resource": "pulumi_havip.resources.base",
    "pulumi_havip.config": "pulumi_havip.resources.lookups",
    "pulumi_havip.engine.answers": "pulumi_havip.engine.provider_responses",
    "pulumi_havip.engine.crew": "pulumi_havip.engine.process_pool",
    "pulumi_havip.engine.decide": "pulumi_havip.engine.decisions",
    "pulumi_havip.engine.goal": "pulumi_havip.engine.registration",
    "pulumi_havip.engine.graph": "pulumi_havip.engine.dependencies",
    "pulumi_havip.engine.guard": "pulumi_havip.engine.plugin_guard",
    "pulumi_havip.engine.launch": "pulumi_havip.engine.child",
    "pulumi_havip.engine.paths": "pulumi_havip.engine.property_paths",
    "pulumi_havip.engine.pending": "pulumi_havip.engine.pending_operations",
    "pulumi_havip.engine.record": "pulumi_havip.engine.resource_state",
    "pulumi_havip.engine.refusals": "pulumi_havip.engine.unsupported",
    "pulumi_havip.engine.registry": "pulumi_havip.engine.provider_registry",
    "pulumi_havip.engine.removal": "pulumi_havip.engine.deletion",
    "pulumi_havip.handlers.connect": "pulumi_havip.handlers.client",
    "pulumi_havip.handlers.havips": "pulumi_havip.handlers.ha_vip_operations",
    "pulumi_havip.handlers.kinds": "pulumi_havip.handlers.property_types",
    "pulumi_havip.handlers.listing": "pulumi_havip.handlers.batch_reads",
    "pulumi_havip.handlers.once": "pulumi_havip.handlers.idempotency",
    "pulumi_havip.handlers.origin": "pulumi_havip.handlers.ownership_tags",
    "pulumi_havip.handlers.reading": "pulumi_havip.handlers.read_results",
    "pulumi_havip.handlers.tagging": "pulumi_havip.handlers.tags",
    "pulumi_havip.machines": "pulumi_havip.resources.instances",
    "pulumi_havip.placement_group": "pulumi_havip.resources.placement_group",
    "pulumi_havip.plugin": "pulumi_havip.provider.plugin.provider",
    "pulumi_havip.plugin_names": "pulumi_havip.provider.plugin.values",
    "pulumi_havip.plugin_server": "pulumi_havip.provider.plugin.server",
    "pulumi_havip.plugin_values": "pulumi_havip.provider.plugin.values",
    "pulumi_havip.serving": "pulumi_havip.provider.serving",
    "pulumi_havip.surroundings": "pulumi_havip.resources.network",
}
"""Import paths of 0.1.0, and where their modules are since 0.2.0.

Modules with the same name as an export of their package (`havip.keepalived.render`) are missing
here: the import system would put the module in the place of the function.
"""


RENAMED: Final = {
    "havip": {"AssumeRole": "AssumedRole"},
    "havip.credentials": {"AssumeRole": "AssumedRole"},
    "havip.keepalived.nodes.haproxy": {"Server": "HaproxyServer", "Service": "HaproxyService"},
    "pulumi_havip.engine": {"UnsupportedError": "UnsupportedFeatureError"},
}
"""Public names of 0.1.0 by module, with their names since 0.2.0."""


def renamed(module: str, name: str) -> object:
    """Return the object behind a deprecated name, with a warning; for ``__getattr__``.

    Raises:
        AttributeError: The module never had the name.
    """
    new = RENAMED.get(module, {}).get(name)
    if new is None:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    text = f"{module}.{name} is deprecated since havip 0.2.0: use {new}"
    warnings.warn(text, DeprecationWarning, stacklevel=3)
    return getattr(sys.modules[module], new)


class _MovedLoader(Loader):
    """Loader that returns the module at its new path."""

    def __init__(self, new: str) -> None:
        self._new = new
        self._spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module itself, so that its classes are the same under both paths."""
        text = f"{spec.name} is deprecated since havip 0.2.0: import {self._new}"
        warnings.warn(text, DeprecationWarning, stacklevel=2)
        module = import_module(self._new)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Restore the spec of the new path, which the import system has just replaced."""
        module.__spec__ = self._spec


class _MovedFinder:
    """Finds the modules of `MOVED` under their old paths."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002  (the import system passes it)
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """Return the spec of a module that moved, or None."""
        new = MOVED.get(fullname)
        return ModuleSpec(fullname, _MovedLoader(new)) if new else None


def install() -> None:
    """Install the import hook for the old paths, once per process."""
    if not any(isinstance(finder, _MovedFinder) for finder in sys.meta_path):
        sys.meta_path.append(_MovedFinder())
