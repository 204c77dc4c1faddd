"""Services of a lab node, started from their unit's settings, as nodes have no systemd."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict


class ServiceSpec(BaseModel):
    """A service, with the settings of its unit file.

    Attributes:
        command: The command that runs in the foreground.
        process: The name of its processes, for signals; by default that of the command.
        runtime: Runtime directories below /run, as ``name`` or ``name:owner``.
        restart: Seconds until a failed program is restarted; None does not restart it.
        user: The user that runs it; root by default.
        environment: Environment variables.
        folder: Its working directory.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: tuple[str, ...]
    process: str = ""
    runtime: tuple[str, ...] = ()
    restart: float | None = None
    user: str = ""
    environment: dict[str, str] = {}
    folder: str = "/"

    @property
    def words(self) -> tuple[str, ...]:
        """The command line, including the change of user."""
        if not self.user:
            return self.command
        return ("setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--init-groups", "--",
                *self.command)  # fmt: skip

    @property
    def process_name(self) -> str:
        """The name of its processes."""
        return self.process or self.command[0].rpartition("/")[2]


KNOWN: Mapping[str, ServiceSpec] = {
    "haproxy": ServiceSpec(
        command=("haproxy", "-db", "-f", "/etc/haproxy/haproxy.cfg"), runtime=("haproxy:haproxy",)
    ),
    "nginx": ServiceSpec(command=("nginx", "-g", "daemon off;")),
    "keepalived": ServiceSpec(
        command=("keepalived", "--dont-fork", "--log-console", "--log-detail")
    ),
}
"""Services that need no definition in a topology."""
