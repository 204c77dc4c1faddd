"""The cloud of the live tests: an emulator, or with ``HAVIP_LIVE=1`` a real account.

A real account is that of ``TENCENTCLOUD_SECRET_ID``, ``TENCENTCLOUD_SECRET_KEY`` and
``TENCENTCLOUD_REGION``; best is a region that has no HAVIPs of others. What is made is free of
charge, but for one EIP where ``HAVIP_LIVE_EIP=1`` allows it. What was seen is written to
``havip-observed.json`` (or ``HAVIP_LIVE_REPORT``). See ``sweep.py`` for what a broken run left.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import havip

HERE = Path(__file__).resolve().parent
NEEDED = ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_REGION")
KEPT_CALLS = 8

if TYPE_CHECKING:
    from tests.live import rig as rigging
    from tests.live.observed import Observed
    from tests.live.rig import Account, LiveRig
else:
    _spec = importlib.util.spec_from_file_location("havip_live_rig", HERE / "rig.py")
    rigging = sys.modules.setdefault("havip_live_rig", importlib.util.module_from_spec(_spec))
    _spec.loader.exec_module(rigging)
    Account, LiveRig = rigging.Account, rigging.LiveRig

recording = rigging.load(HERE / "observed.py")
LIVE = rigging.LIVE
RECORD = pytest.StashKey["Observed"]()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what would talk to a real account, so that ``-m "not live"`` leaves it out."""
    for item in items if LIVE else ():
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.live)
            if "PYTEST_XDIST_WORKER" in os.environ:
                why = "a real account is asked by one process, which has one EIP: leave out -n"
                item.add_marker(pytest.mark.skip(reason=why))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Record how the test of a rule ended."""
    report = yield
    rig = getattr(item, "funcargs", {}).get("rig")
    if call.when == "call" and item.path.name == "test_live_rules.py" and rig is not None:
        _take_down(item, report, rig)
    return report


def _take_down(item: pytest.Item, report: pytest.TestReport, rig: LiveRig) -> None:
    outcome, why, calls = "as assumed", "", []
    if report.skipped:
        reason = report.longrepr
        outcome, why = "not asked", str(reason[-1] if isinstance(reason, tuple) else reason)
    elif report.failed:
        outcome, calls = "otherwise", rig.calls[-KEPT_CALLS:]
        why = str(getattr(report.longrepr, "reprcrash", report.longrepr))
    test = item.obj  # type: ignore[attr-defined]
    mark = item.get_closest_marker("evidence")
    rig.account.observed.case(
        test.__name__,
        mark.args[0] if mark else "",
        " ".join((test.__doc__ or "").split()),
        recording.Case(item.name, outcome, why, calls),
    )


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the path of the record."""
    record = config.stash.get(RECORD, None)
    if LIVE and record is not None:
        terminalreporter.write_line(f"{_path()}: {record.summary()}")


def _path() -> Path:
    return Path(os.environ.get("HAVIP_LIVE_REPORT", "havip-observed.json"))


@pytest.fixture(scope="session")
def observed(pytestconfig: pytest.Config) -> Iterator[Observed]:
    """The record of the run; that of a real account is written to a file."""
    missing = [name for name in NEEDED if LIVE and not os.environ.get(name)]
    if missing:
        pytest.exit(f"HAVIP_LIVE=1 needs {', '.join(missing)} in the environment", 4)
    began = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    record = recording.Observed(live=LIVE, began=began, havip=havip.__version__)
    pytestconfig.stash[RECORD] = record
    yield record
    if LIVE:
        complete(record)
        record.write(_path())


def complete(record: Observed) -> None:
    """Add the assumed rules that were not asked for, with the reason."""
    _, unasked = rigging.rules()
    for rule in rigging.load(rigging.EMULATOR / "evidence.py").rules(rigging.EMULATOR / "rules"):
        if "assumed" in rule.kinds and rule.test not in record.rules:
            why = unasked.get(rule.test, "was left out of this run")
            case = recording.Case(rule.test, "not asked", why)
            record.case(rule.test, "assumed", rule.text, case)


@pytest.fixture(scope="session")
def account(observed: Observed) -> Iterator[Account]:
    """The cloud that is asked: an emulator's, or a real one."""
    opened = _real_account(observed) if LIVE else _emulated_account(observed)
    yield from opened


def _real_account(observed: Observed) -> Iterator[Account]:
    region = os.environ["TENCENTCLOUD_REGION"]
    with havip.Client(region, site=os.environ.get("HAVIP_LIVE_SITE", "china")) as client:
        zones = client.describe_zones().zone_set
        zone = next(zone.zone for zone in zones if zone.zone_state == "AVAILABLE")
        account = Account(client, region, os.environ.get("HAVIP_LIVE_ZONE", zone), observed)
        observed.about |= {"region": region, "zone": account.zone, "site": client.site}
        yield account
        account.close()


def _emulated_account(observed: Observed) -> Iterator[Account]:
    from havip.emulator.http.server import EmulatorServer
    from havip.emulator.state.access_keys import DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY

    credentials = havip.Credentials(DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY)
    region = "ap-guangzhou"
    with (
        EmulatorServer() as server,
        havip.Client(region, credentials=credentials, endpoint=server.url) as client,
    ):
        account = Account(client, region, f"{region}-3", observed)
        yield account
        account.close()


@pytest.fixture
def rig(account: Account) -> Iterator[LiveRig]:
    """The rig of the emulator's rules on the cloud that is asked; it cleans up after itself."""
    made = LiveRig(account)
    yield made
    made.clean()
    if not LIVE:
        assert account.observed.left == []


Observe = Callable[..., None]


@pytest.fixture
def observe(rig: LiveRig, observed: Observed) -> Observe:
    """Record a fact beside what is assumed, and fail if they differ."""

    def note(name: str, assumed: Any, seen: Any) -> None:
        agrees = observed.value(name, assumed, seen, rig.calls[-1] if rig.calls else {})
        assert agrees, f"{name}: {seen!r} was observed, {assumed!r} is assumed"

    return note
