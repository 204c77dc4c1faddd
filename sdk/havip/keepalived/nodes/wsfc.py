"""A Windows Server failover cluster behind a HAVIP: a PowerShell script and manual steps.

The cluster announces its addresses itself, so neither an agent nor a probe is needed: the HAVIP
becomes the address of a clustered role.
"""

from __future__ import annotations

import re
from importlib.resources import files
from ipaddress import IPv4Address, IPv4Network

from havip.keepalived.errors import KeepalivedError

_FILE = "wsfc-add-havip.ps1"
_FOLDER = "havip.keepalived.nodes.scripts"
_SOURCE = "https://cloud.tencent.com/document/product/215/20187"


def wsfc_script() -> str:
    """Return the PowerShell script that assigns a HAVIP to a clustered role."""
    return files(_FOLDER).joinpath(_FILE).read_text()


def wsfc_command(vip: str, subnet: str, role: str) -> str:
    """Return the command that runs the script on a cluster node.

    Args:
        vip: The HAVIP's address.
        subnet: The CIDR block of its subnet.
        role: The name of the clustered role.

    Raises:
        KeepalivedError: The address is not in the subnet, or the role name is invalid.

    Example:
        >>> wsfc_command("172.17.16.3", "172.17.16.0/24", "SQL").partition(" ")[2]
        "-Role 'SQL' -Address 172.17.16.3 -PrefixLength 24"
    """
    network = IPv4Network(subnet)
    if IPv4Address(vip) not in network:
        raise KeepalivedError(f"{vip} is not in the subnet {subnet}")
    if re.search(r"['\u2018-\u201b\x00-\x1f]", role) or not role.strip():
        raise KeepalivedError(f"{role!r} is not a valid role name: it is empty or contains quotes")
    return rf".\{_FILE} -Role '{role}' -Address {vip} -PrefixLength {network.prefixlen}"


def wsfc_steps(vip: str, subnet: str, role: str) -> list[str]:
    """Return the steps from two Windows machines to a clustered role with the HAVIP.

    Args:
        vip: The HAVIP's address.
        subnet: The CIDR block of its subnet.
        role: The name of the clustered role.

    Raises:
        KeepalivedError: As for `wsfc_command`.
    """
    command = wsfc_command(vip, subnet, role)
    return [
        f"Create the HAVIP {vip}, with the cluster's machines in its range.",
        f"Join the machines, all in {subnet}, to a domain, and install the cluster feature: "
        "Install-WindowsFeature Failover-Clustering -IncludeManagementTools",
        "Create the cluster, with a witness (a file share, or cloud storage): two nodes alone "
        "cannot distinguish a dead node from a network partition.",
        f"Create the role {role!r} in the Failover Cluster Manager.",
        f"Run on one node, as an administrator: {command}",
        "Check that the HAVIP has a holder: havip show " + vip,
        "Test it: run the same command with -TestMove, or move the role in the Failover Cluster "
        "Manager; the holder changes, and the address responds again within seconds.",
        f"Source: {_SOURCE}",
    ]
