"""Services of a lab node, run from the units that it names, since no systemd runs there."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict


class ServiceSpec(BaseModel):
    """A program that a node keeps running, as its unit file would.

    Attributes:
        command: The command, in the foreground.
        process: The name of its processes, for signals; by default that of the command.
        runtime: Folders below /run that the unit would make, as ``name`` or ``name:owner``.
        restart: Seconds until a program that failed is started again; None leaves it ended.
        user: The user that runs it; root by default.
        environment: Variables of the program.
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
        """The command as it is started, by its user."""
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
"""The services that need no definition of their own."""
