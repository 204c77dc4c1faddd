"""Prometheus metrics of HAVIPs: holders, moves, and findings of the doctor.

``havip exporter`` serves them. In a program::

    from havip import Client
    from havip.exporter import HaVipCollector

    registry.register(HaVipCollector({"ap-guangzhou": Client("ap-guangzhou")}))
"""

from __future__ import annotations

from havip.exporter.collector import HaVipCollector
from havip.exporter.node import NodeCollector

__all__ = ["HaVipCollector", "NodeCollector"]
