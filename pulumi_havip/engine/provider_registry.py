"""The providers of one deployment, by the reference that resources use for them."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pulumi_havip import urns
from pulumi_havip.engine.errors import EngineError, ProviderError
from pulumi_havip.engine.process import GUARD, Child
from pulumi_havip.engine.process_pool import ProcessPool
from pulumi_havip.engine.provider import ProviderClient, ProviderServer, Start
from pulumi_havip.engine.resource_state import Record
from pulumi_havip.engine.stack_references import OutputsOf
from pulumi_havip.engine.values import Properties


@dataclass(frozen=True)
class ProcessEnvironment:
    """Environment of every child process of a deployment.

    Attributes:
        python: The project's interpreter.
        folder: The project's folder.
        environment: The environment.
        pool: Provides the process for dynamic providers.
        servers: In-process substitutes, by package.
        outputs_of: Reads the outputs of a stack of the same state folder.
    """

    python: str
    folder: Path
    environment: Mapping[str, str]
    pool: ProcessPool
    servers: Mapping[str, Start] = field(default_factory=dict)
    outputs_of: OutputsOf | None = None


class ProviderRegistry:
    """Starts providers on first use, and stops all of them at the end.

    Args:
        process_environment: The environment of their processes.
    """

    def __init__(self, process_environment: ProcessEnvironment) -> None:
        self._process_environment = process_environment
        self._made: list[ProviderClient] = []
        self._providers: dict[str, ProviderClient] = {}
        self._lock = threading.Lock()
        self._engine = ""
        self.hear: Callable[[str], None] = lambda _line: None
        """Receives each line that a provider writes."""

    @property
    def outputs_of(self) -> OutputsOf:
        """Returns the outputs of another stack."""
        if self._process_environment.outputs_of is None:
            raise EngineError("stack references cannot be read here")
        return self._process_environment.outputs_of

    def serve_engine_at(self, address: str) -> None:
        """Set the address of the engine that providers are started with."""
        self._engine = address

    def load(self, record: Record) -> ProviderClient:
        """Return the provider of a provider resource, configured with its inputs."""
        reference = urns.reference(record.urn, record.id)
        with self._lock:
            provider = self._providers.get(reference)
            if provider is None:
                provider = self.make(record)
                self._providers[reference] = provider
            return provider

    def make(self, record: Record) -> ProviderClient:
        """Create a provider for a provider resource, without registering it."""
        package = record.type.removeprefix(urns.PROVIDER_PREFIX)
        provider = ProviderClient(package, lambda: self._start(package))
        provider.configure_with(record)
        self._made.append(provider)
        return provider

    def adopt(self, record: Record, provider: ProviderClient, configuration: Properties) -> None:
        """Register a provider under its resource's reference, replacing an earlier one.

        Args:
            record: The provider's resource, as it is in the state.
            provider: The provider.
            configuration: The provider's configuration, including credentials.
        """
        provider.configure_with(record.copy(inputs=configuration))
        with self._lock:
            reference = urns.reference(record.urn, record.id)
            old = self._providers.get(reference)
            self._providers[reference] = provider
        if old is not None and old is not provider:
            old.stop()

    def get(self, reference: str) -> ProviderClient | None:
        """Return the provider of a reference, or None if it is not loaded."""
        with self._lock:
            return self._providers.get(reference)

    def stop(self) -> None:
        """Stop all providers, including those rejected before they were registered."""
        with self._lock:
            self._providers = {}
        for provider in self._made:
            provider.stop()

    def _start(self, package: str) -> tuple[ProviderServer, int]:
        at = self._process_environment
        if package in at.servers:
            return at.servers[package]()
        child = at.pool.provider() if package == urns.DYNAMIC_PACKAGE else self._plugin(package)
        line = child.first_line()
        if not line.isdigit():
            words = child.last_words().rpartition("\n")[2]
            reason = words or f"it wrote {line!r}, not a port"
            raise ProviderError(f"the provider {package} did not start: {reason}")
        child.listen(self.hear)
        return child, int(line)

    def _plugin(self, package: str) -> Child:
        at = self._process_environment
        name = f"pulumi-resource-{package}"
        path = [str(Path(at.python).parent), at.environment.get("PATH", "")]
        found = shutil.which(name, path=":".join(path))
        if found is None:
            raise ProviderError(
                f"the provider plugin {name} is not on PATH; install the package that brings it"
            )
        command = [sys.executable, "-ISE", GUARD, found, self._engine]
        return Child(command, at.folder, at.environment)
