"""CVM instances: run, list, start, stop, modify, terminate."""

from __future__ import annotations

from collections.abc import Sequence

from havip.api import (
    AssociateSecurityGroups,
    AssociateSecurityGroupsResponse,
    Attribute,
    DescribeInstances,
    DescribeInstancesAttributes,
    DescribeInstancesAttributesResponse,
    DescribeInstancesResponse,
    DisassociateSecurityGroups,
    DisassociateSecurityGroupsResponse,
    InstanceAttribute,
    ModifyInstancesAttribute,
    ModifyInstancesAttributeResponse,
    RunInstances,
    RunInstancesResponse,
    StartInstances,
    StartInstancesResponse,
    StopInstances,
    StopInstancesResponse,
    TerminateInstances,
    TerminateInstancesResponse,
)
from havip.emulator.actions.launching import check_groups, launch, plan
from havip.emulator.errors import ApiFailure
from havip.emulator.rules import instances as machines
from havip.emulator.rules.calls import ActionCall
from havip.emulator.rules.checks import check_ids, check_name
from havip.emulator.rules.effects import Effect
from havip.emulator.rules.filters import DescribeQuery, Matcher, Values
from havip.emulator.rules.tasks import begin
from havip.emulator.state.rows import InstanceRow
from havip.emulator.state.world import AccountRegion

MAX_IDS = 100
_STATE_ERROR = "UnsupportedOperation.InstanceState"


def _network(row: InstanceRow) -> tuple[str, str]:
    network = row.virtual_private_cloud
    return (network.vpc_id, network.subnet_id) if network else ("", "")


def _moment(row: InstanceRow) -> str:
    return row.created_time.replace("T", " ").rstrip("Z")


_VALUES: dict[str, Values[InstanceRow]] = {
    "instance-id": lambda row: [row.instance_id],
    "instance-name": lambda row: [row.instance_name],
    "zone": lambda row: [row.placement.zone] if row.placement else [],
    "project-id": lambda row: [str(row.placement.project_id or 0)] if row.placement else [],
    "vpc-id": lambda row: _network(row)[:1],
    "subnet-id": lambda row: _network(row)[1:],
    "uuid": lambda row: [row.uuid],
    "security-group-id": lambda row: row.security_group_ids,
    "instance-charge-type": lambda row: [row.instance_charge_type],
    "instance-state": lambda row: [row.instance_state],
    "private-ip-address": lambda row: row.private_ip_addresses,
    "public-ip-address": lambda row: row.public_ip_addresses,
    "tag-value": lambda row: [tag.value for tag in row.tags],
}
_MATCHERS: dict[str, Matcher[InstanceRow]] = {
    "creation-start-time": lambda row, wanted: _moment(row) >= min(wanted),
    "creation-end-time": lambda row, wanted: _moment(row) <= max(wanted),
}
INSTANCES: DescribeQuery[InstanceRow] = DescribeQuery(
    values=_VALUES,
    matchers=_MATCHERS,
    id_filter="instance-id",
    max_values=5,
    tags=lambda row: row.tags,
    unknown="InvalidFilter",
    too_many="InvalidFilterValue.LimitExceeded",
    too_many_values="InvalidFilterValue.LimitExceeded",
    coexist="InvalidParameter",
    newest_first=True,
)


def run(call: ActionCall, request: RunInstances) -> RunInstancesResponse:
    """Launch instances, each with a primary interface; a dry run only validates the request."""
    ready = plan(call.region, request)
    if request.dry_run:
        return RunInstancesResponse()
    rows = launch(call.region, request, ready)
    for row in rows:
        _change(call, machines.start, row)
    return RunInstancesResponse(instance_id_set=[row.instance_id for row in rows])


def describe(call: ActionCall, request: DescribeInstances) -> DescribeInstancesResponse:
    """List instances with their current addresses."""
    region = call.region
    ids = check_ids(request.instance_ids, "ins", "InvalidInstanceId.Malformed")
    found = INSTANCES.find(region.instances, request, ids)
    rows = [machines.shown(region, row) for row in found.rows]
    return DescribeInstancesResponse(total_count=found.total, instance_set=rows)


def describe_attributes(
    call: ActionCall, request: DescribeInstancesAttributes
) -> DescribeInstancesAttributesResponse:
    """Return the user data of instances."""
    wrong = [name for name in request.attributes if name != "UserData"]
    if wrong or not request.attributes:
        raise ApiFailure(
            "InvalidParameterValue", f"`Attributes` must be [`UserData`], got {wrong}."
        )
    check_ids(request.instance_ids, "ins", "InvalidParameterValue.InstanceIdMalformed")
    rows = [
        InstanceAttribute(
            instance_id=row.instance_id, attributes=Attribute(user_data=row.user_data)
        )
        for row in _needed(call.region, request.instance_ids)
    ]
    return DescribeInstancesAttributesResponse(instance_set=rows)


def start(call: ActionCall, request: StartInstances) -> StartInstancesResponse:
    """Start stopped instances; all or none."""
    for row in _in_state(call.region, request.instance_ids, "STOPPED"):
        _change(
            call,
            machines.start,
            machines.put_state(call.region, _with_latest_operation(call, row), "STARTING"),
        )
    return StartInstancesResponse()


def stop(call: ActionCall, request: StopInstances) -> StopInstancesResponse:
    """Stop running instances; all or none."""
    for row in _in_state(call.region, request.instance_ids, "RUNNING"):
        _change(
            call,
            machines.stop,
            machines.put_state(call.region, _with_latest_operation(call, row), "STOPPING"),
        )
    return StopInstancesResponse()


def terminate(call: ActionCall, request: TerminateInstances) -> TerminateInstancesResponse:
    """Terminate instances; all or none."""
    region = call.region
    for row in _in_state(region, request.instance_ids, "RUNNING", "STOPPED"):
        if row.disable_api_termination:
            raise ApiFailure(
                "UnsupportedOperation.InstancesProtected",
                f"The instance `{row.instance_id}` is protected against termination.",
            )
        _change(call, machines.terminate, machines.put_state(region, row, "TERMINATING"))
    return TerminateInstancesResponse()


def modify(call: ActionCall, request: ModifyInstancesAttribute) -> ModifyInstancesAttributeResponse:
    """Modify instances; all or none."""
    region, name = call.region, request.instance_name
    if name is not None:
        check_name(name, "InstanceName", longest=128, code="InvalidInstanceName.TooLong")
    changes = {
        "instance_name": name,
        "user_data": request.user_data,
        "security_group_ids": (
            check_groups(region, request.security_groups) if request.security_groups else None
        ),
        "cam_role_name": request.cam_role_name,
        "host_name": request.host_name,
        "disable_api_termination": request.disable_api_termination,
        "enable_jumbo_frame": request.enable_jumbo_frame,
    }
    given = {field: value for field, value in changes.items() if value is not None}
    for row in _needed(region, request.instance_ids):
        machines.put(region, row.model_copy(update=given))
    return ModifyInstancesAttributeResponse()


def add_groups(
    call: ActionCall, request: AssociateSecurityGroups
) -> AssociateSecurityGroupsResponse:
    """Add security groups to instances."""
    groups = check_groups(call.region, request.security_group_ids)
    for row in _needed(call.region, request.instance_ids):
        both = list(dict.fromkeys([*row.security_group_ids, *groups]))
        machines.put(call.region, row.model_copy(update={"security_group_ids": both}))
    return AssociateSecurityGroupsResponse()


def drop_groups(
    call: ActionCall, request: DisassociateSecurityGroups
) -> DisassociateSecurityGroupsResponse:
    """Remove security groups from instances."""
    groups = check_groups(call.region, request.security_group_ids)
    for row in _needed(call.region, request.instance_ids):
        rest = [group for group in row.security_group_ids if group not in groups]
        machines.put(call.region, row.model_copy(update={"security_group_ids": rest}))
    return DisassociateSecurityGroupsResponse()


def _change(call: ActionCall, effect: Effect, row: InstanceRow) -> None:
    """Schedule the effect on an instance after the ``instance_delay`` of the settings."""
    begin(
        call,
        effect,
        [row.instance_id],
        task_id=f"instance/{call.region.world.count_up('instance-task')}",
        delay=call.region.settings.instance_delay,
        instance_id=row.instance_id,
    )


def _with_latest_operation(call: ActionCall, row: InstanceRow) -> InstanceRow:
    """Return the instance with this call recorded as its latest operation."""
    return row.model_copy(
        update={
            "latest_operation": call.action,
            "latest_operation_state": "OPERATING",
            "latest_operation_request_id": call.caller.request_id,
        }
    )


def _needed(region: AccountRegion, ids: Sequence[str]) -> list[InstanceRow]:
    if not ids:
        raise ApiFailure("MissingParameter", "`InstanceIds` must not be empty.")
    if len(ids) > MAX_IDS:
        raise ApiFailure(
            "InvalidParameterValue.LimitExceeded",
            f"`InstanceIds` accepts at most {MAX_IDS} ids, got {len(ids)}.",
        )
    rows = []
    for instance_id in check_ids(ids, "ins", "InvalidInstanceId.Malformed"):
        row = region.instances.get(instance_id)
        if row is None:
            raise ApiFailure(
                "InvalidInstanceId.NotFound", f"The instance `{instance_id}` does not exist."
            )
        rows.append(row)
    return rows


def _in_state(region: AccountRegion, ids: Sequence[str], *states: str) -> list[InstanceRow]:
    rows = _needed(region, ids)
    for row in rows:
        if row.instance_state not in states:
            raise ApiFailure(
                _STATE_ERROR + row.instance_state.title().replace("_", ""),
                f"The instance `{row.instance_id}` is {row.instance_state}.",
            )
    return rows
