"""pytest plugin: an emulated cloud for each test, in process or on a real port.

pytest loads it automatically once havip is installed. Nothing heavy is imported until a fixture is
used.

Example::

    def test_the_pair_gets_its_address(havip_client):
        vpc = havip_client.create_vpc(vpc_name="lab", cidr_block="172.17.0.0/16").vpc
        ...
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from havip.client import Client
    from havip.emulator.cloud import Cloud
    from havip.emulator.http.controls import Control
    from havip.emulator.http.server import EmulatorServer
    from havip.emulator.mock import MockHavip
    from pulumi_havip.testing import Program, StackUnderTest


class StackFactory(Protocol):
    """Type of the fixture `havip_stack`."""

    def __call__(
        self,
        program: Program,
        *,
        config: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        stack: str = "test",
        deploy: bool = True,
    ) -> StackUnderTest:
        """Deploy a program on the emulator.

        Args:
            program: A function that declares resources, or the folder of a project.
            config: Configuration of the stack.
            secrets: Configuration that is secret.
            stack: The stack's name; a folder's ``Pulumi.STACK.yaml`` is read if it exists.
            deploy: Whether to deploy it at once; if False, call ``up`` on it.

        Raises:
            StackFailedError: The deployment failed; an `AssertionError`.
            ProjectError: The folder is not a Pulumi project in Python.
        """
        ...


@pytest.fixture
def havip_mock() -> Iterator[MockHavip]:
    """The started mock: ``havip_mock.control`` has faults, limits and the request log."""
    from havip.emulator.mock import mock_havip

    mock = mock_havip(verify="known")
    mock.start()
    try:
        yield mock
    finally:
        mock.stop()


@pytest.fixture
def havip_cloud(havip_mock: MockHavip) -> Cloud:
    """An empty cloud that answers all requests of this process to Tencent's API.

    Fake credentials and a region are set in the environment unless it has some.
    """
    return havip_mock.cloud


@pytest.fixture
def havip_control(havip_mock: MockHavip) -> Control:
    """The controls of the cloud of `havip_cloud`."""
    return havip_mock.control


@pytest.fixture
def havip_server() -> Iterator[EmulatorServer]:
    """An empty cloud behind a free port: ``.url``, ``.environment``, ``.cloud``, ``.control``."""
    try:
        from havip.emulator.http.server import EmulatorServer
    except ImportError as missing:
        pytest.fail(f"havip_server: {missing}", pytrace=False)
    with EmulatorServer() as server:
        yield server


@pytest.fixture
def havip_client(havip_cloud: Cloud) -> Iterator[Client]:  # noqa: ARG001  (it must run)
    """A client of the cloud of `havip_cloud`, in the region ``ap-guangzhou``."""
    import havip
    from havip.emulator.state.access_keys import DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY

    credentials = havip.Credentials(DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY)
    with havip.Client("ap-guangzhou", credentials=credentials) as client:
        yield client


@pytest.fixture
def havip_stack(havip_mock: MockHavip, tmp_path: Path) -> StackFactory:
    """Deploys Pulumi programs on the cloud of `havip_cloud`, in this process; state is in tmp_path.

    Example::

        def test_the_stack(havip_stack):
            stack = havip_stack("infra/web", config={"nodes": "2"})
            assert stack.outputs["address"] == "172.17.16.3"
            stack.assert_no_drift()
            stack.assert_clean_destroy()

    It needs the extra ``havip[pulumi]``.
    """
    try:
        from pulumi_havip.testing import StackUnderTest
    except ImportError as missing:
        name = str(missing.name).partition(".")[0]
        pytest.fail(f"havip_stack needs {name}; run: pip install 'havip[pulumi]'", pytrace=False)
    made: list[StackUnderTest] = []

    def deploy_program(
        program: Program,
        *,
        config: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        stack: str = "test",
        deploy: bool = True,
    ) -> StackUnderTest:
        folder = tmp_path / f"havip-stack-{len(made)}"
        made.append(
            StackUnderTest(
                program, havip_mock.control, folder, config=config, secrets=secrets, stack=stack
            )
        )
        if deploy:
            made[-1].up()
        return made[-1]

    return deploy_program
