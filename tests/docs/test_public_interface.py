"""Compatibility with 0.1.0: imports, names, parameters."""

from __future__ import annotations

import subprocess
import sys
import warnings
from functools import cache
from importlib import import_module

import griffe
import pytest

from havip._deprecated import MOVED
from tests.docs.documents import ROOT

RELEASE = "2177918"
"""The commit of 0.1.0."""
PUBLIC = (
    "havip",
    "havip.api",
    "havip.credentials",
    "havip.doctor",
    "havip.emulator",
    "havip.errors",
    "havip.keepalived",
)
KEPT = {
    "havip.keepalived.haproxy": ("Haproxy", "Server", "Service", "render_haproxy"),
    "havip.keepalived.nodes": ("keepalived_file", "lb_nodes"),
    "havip.keepalived.scripts": ("NOTIFY_SWITCH", "script"),
    "havip.keepalived.setup": ("NodeFile", "NodeSetup", "user_data"),
    "havip.keepalived.wsfc": ("wsfc_command", "wsfc_steps"),
    "havip.switch": ("switch_ip",),
    "havip.testing": ("StackFactory",),
    "pulumi_havip.components": ("DatabaseFailoverCluster", "LoadBalancerPair", "Password"),
    "pulumi_havip.testing": ("StackUnderTest",),
}
ACCEPTED = {
    "havip.doctor.Check.": "a rule of havip.rules; the old attributes forward and warn",
    "havip.doctor.Rule.": "built by the registry of rules alone",
    "havip.doctor.Report.count": "takes the severity, which was called level",
    "havip.doctor.Level": "another name of havip.rules.Severity, with the same members",
    "havip.doctor.Finding.": "built by the doctor alone; the old attributes forward and warn",
    "havip.emulator.Control.configure": "self is positional only, so that no setting clashes",
    "havip.keepalived.parse": "the function; static analysis of 0.1.0 sees a module of that name",
    "havip.keepalived.render": "the function; static analysis of 0.1.0 sees a module of that name",
}
"""Breaking changes that are meant, by the beginning of their path, and why."""


@pytest.mark.parametrize("old", MOVED)
def test_a_moved_module_is_the_same_under_its_old_path(old: str) -> None:
    new = import_module(MOVED[old])
    spec = new.__spec__
    sys.modules.pop(old, None)
    with pytest.warns(DeprecationWarning, match=MOVED[old]):
        assert import_module(old) is new
    assert new.__spec__ is spec


def test_no_moved_module_takes_the_place_of_something_exported() -> None:
    for old in MOVED:
        package, _, name = old.rpartition(".")
        assert name not in getattr(import_module(package), "__all__", ()), old


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("module", KEPT)
def test_a_documented_import_still_works(module: str) -> None:
    for name in KEPT[module]:
        assert getattr(import_module(module), name)


@pytest.mark.process
def test_no_public_name_or_parameter_is_gone_since_0_1_0() -> None:
    if subprocess.run(["git", "cat-file", "-e", RELEASE], cwd=ROOT, capture_output=True).returncode:
        pytest.skip(f"the commit of 0.1.0, {RELEASE}, is not in this clone (shallow?)")
    old, new = released(), griffe.load("havip", search_paths=[ROOT / "sdk"])
    broken = {
        change.obj.path: change.kind.value
        for package in PUBLIC
        for change in griffe.find_breaking_changes(surface(old, package), surface(new, package))
        if not deprecated(package, change.obj.path)
    }
    assert {
        path: kind for path, kind in broken.items() if not path.startswith(tuple(ACCEPTED))
    } == {}


def deprecated(package: str, path: str) -> bool:
    """True if a name is still there at run time, with a warning that names the new one."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = getattr(import_module(package), path.removeprefix(f"{package}."), None)
    return found is not None and any(one.category is DeprecationWarning for one in caught)


@cache
def released() -> griffe.Module:
    module = griffe.load_git("havip", ref=RELEASE, repo=ROOT, search_paths=["sdk"])
    assert isinstance(module, griffe.Module)
    return module


def surface(root: griffe.Object | griffe.Alias, package: str) -> griffe.Module:
    """Return a module that has what a package exports, and nothing else."""
    below = package.partition(".")[2]
    exporting = root[below] if below else root
    module = griffe.Module(package)
    names = exporting.exports or []
    for name in map(str, names):
        member = exporting.members.get(name)
        if member is not None:
            module.set_member(
                name, member.final_target if isinstance(member, griffe.Alias) else member
            )
    return module
