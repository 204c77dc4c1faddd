"""The Grafana dashboard for the exporter, built with Grafana's own typed builders."""

from __future__ import annotations

from typing import Any, Final

from grafana_foundation_sdk.builders import (
    dashboard,
    prometheus,
    stat,
    statetimeline,
    table,
    timeseries,
)
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import DataSourceRef
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

SOURCE: Final = DataSourceRef(type_val="prometheus", uid="${datasource}")
SELECT: Final = 'region=~"$region", havip=~"$havip"'


def page() -> str:
    """Return the dashboard as JSON, to be imported into Grafana."""
    board = (
        dashboard.Dashboard("HAVIP")
        .uid("havip")
        .description("HAVIPs of Tencent Cloud: holders, moves, range, EIPs, findings.")
        .tags(["havip", "tencent-cloud"])
        .refresh("30s")
        .time("now-6h", "now")
        .with_variable(dashboard.DatasourceVariable("datasource").type("prometheus"))
        .with_variable(_variable("region", "label_values(havip_up, region)"))
        .with_variable(_variable("havip", 'label_values(havip_held{region=~"$region"}, havip)'))
    )
    for panel in _panels():
        board = board.with_panel(panel)
    return str(JSONEncoder(sort_keys=True, indent=2).encode(board.build())) + "\n"


def _panels() -> list[Any]:
    return [
        _number("Regions that cannot be read", "sum(havip_up == bool 0)"),
        _number("HAVIPs without a holder", f"sum(havip_held{{{SELECT}}} == bool 0)"),
        _number("Moves in 10 minutes", f"max(increase(havip_moves_total{{{SELECT}}}[10m]))"),
        _number("Idle EIPs", 'sum(havip_eip_idle{region=~"$region"})'),
        statetimeline.Panel()
        .title("Holder")
        .description("Who held each HAVIP.")
        .datasource(SOURCE)
        .span(24)
        .height(8)
        .with_target(_query(f"havip_holder{{{SELECT}}}", "{{havip}} on {{holder}}")),
        timeseries.Panel()
        .title("Moves")
        .description("More than 3 in 10 minutes is flapping.")
        .datasource(SOURCE)
        .span(12)
        .height(8)
        .with_target(_query(f"increase(havip_moves_total{{{SELECT}}}[10m])", "{{havip}}")),
        timeseries.Panel()
        .title("Running members of the range")
        .description("There is no redundancy below 2.")
        .datasource(SOURCE)
        .span(12)
        .height(8)
        .min(0)
        .with_target(_query(f"havip_range_members_running{{{SELECT}}}", "{{havip}}")),
        table.Panel()
        .title("Findings of havip doctor")
        .datasource(SOURCE)
        .span(24)
        .height(8)
        .with_target(
            _query(f"havip_findings{{{SELECT}}} > 0", "").format(PromQueryFormat.TABLE).instant()
        ),
    ]


def _variable(name: str, query: str) -> dashboard.QueryVariable:
    return (
        dashboard.QueryVariable(name).datasource(SOURCE).query(query).multi(True).include_all(True)
    )


def _query(expression: str, legend: str) -> prometheus.Dataquery:
    return prometheus.Dataquery().expr(expression).legend_format(legend)


def _number(title: str, expression: str) -> stat.Panel:
    return (
        stat.Panel()
        .title(title)
        .datasource(SOURCE)
        .span(6)
        .height(4)
        .no_value("0")
        .with_target(_query(expression, ""))
    )
