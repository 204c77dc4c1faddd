"""gRPC services for programs and providers: Pulumi's ResourceMonitor and Engine."""

# ruff: noqa: N802, ARG002 - method names and parameters are the protocol's

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import (
    callback_pb2,
    engine_pb2,
    engine_pb2_grpc,
    provider_pb2,
    resource_pb2_grpc,
)
from pulumi.runtime.proto import resource_pb2 as pb

from pulumi_havip import urns
from pulumi_havip.engine import rpc, stack_references
from pulumi_havip.engine.deployment import Deployment
from pulumi_havip.engine.errors import EngineError, StoppedError, UnsupportedFeatureError
from pulumi_havip.engine.events import MessageSeverity
from pulumi_havip.engine.registration import Goal, position, read_goal
from pulumi_havip.engine.run import Run, readable
from pulumi_havip.engine.transforms import Transforms
from pulumi_havip.engine.unsupported import refuse, refuse_type
from pulumi_havip.engine.values import UNKNOWN_WIRE, from_struct, to_struct

_GRACE: Final = 1.0
_GET_RESOURCE: Final = "pulumi:pulumi:getResource"
_FEATURES: Final = (
    "SECRETS",
    "RESOURCE_REFERENCES",
    "OUTPUT_VALUES",
    "ALIAS_SPECS",
    # These are claimed so that the program reaches the error here, which names the feature and the
    # next step, rather than the SDK's own, which asks to update the CLI.
    "REPLACEMENT_TRIGGER",
    "DELETED_WITH",
    "REPLACE_WITH",
    "TRANSFORMS",
    "INVOKE_TRANSFORMS",
    "PARAMETERIZATION",
    "RESOURCE_HOOKS",
    "ERROR_HOOKS",
    "STATE_MIGRATIONS",
)
_NAMES: Final = {name.replace("_", "").lower() for name in _FEATURES}
_SEVERITIES: Final = {
    engine_pb2.DEBUG: MessageSeverity.DEBUG,
    engine_pb2.INFO: MessageSeverity.INFO,
    engine_pb2.WARNING: MessageSeverity.WARNING,
    engine_pb2.ERROR: MessageSeverity.ERROR,
}


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Serves the registrations of a program.

    Args:
        run: The operation.
        deployment: Carries out the registrations.
        transforms: The transforms that the program registers.
    """

    def __init__(self, run: Run, deployment: Deployment, transforms: Transforms) -> None:
        self._run = run
        self._deployment = deployment
        self._transforms = transforms

    @contextmanager
    def _answering(self, context: grpc.ServicerContext, urn: str = "") -> Iterator[None]:
        """Turn an error into the end of the operation and an error response to the program."""
        with self._run.work():
            try:
                self._run.check()
                yield
            except StoppedError:
                context.abort(grpc.StatusCode.UNAVAILABLE, "the operation is stopped")
            except EngineError as error:
                self._run.fail(readable(error, urn), urn)
                context.abort(grpc.StatusCode.UNAVAILABLE, "the operation has failed")
            except Exception as error:
                if not context.is_active():
                    raise
                self._run.fail(f"the engine itself failed: {error!r}", urn)
                raise

    def GetDeploymentInfo(
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> pb.DeploymentInfo:
        """Return the name of the deployment and the features that the program may use."""
        settings = self._run.settings
        return pb.DeploymentInfo(
            project=settings.project,
            stack=settings.stack,
            organization="organization",
            config=dict(settings.config),
            configSecretKeys=sorted(settings.secret_keys),
            dryRun=settings.preview,
            parallel=settings.parallel,
            supportedFeatures=_features(),
        )

    def SupportsFeature(
        self, request: pb.SupportsFeatureRequest, context: grpc.ServicerContext
    ) -> pb.SupportsFeatureResponse:
        """Return whether the program may use a feature (older SDKs query one by one)."""
        return pb.SupportsFeatureResponse(hasSupport=request.id.lower() in _NAMES)

    def RegisterResource(
        self, request: pb.RegisterResourceRequest, context: grpc.ServicerContext
    ) -> pb.RegisterResourceResponse:
        """Carry out a registration and return the resulting resource."""
        urn = self._urn(request.parent, request.type, request.name)
        with self._answering(context, urn):
            request = self._transforms.apply(request, urn)
            goal = read_goal(request, self._run.settings.root)
            record, skipped = self._deployment.register(goal)
            outputs = record.outputs if request.custom else {}
            return pb.RegisterResourceResponse(
                urn=record.urn,
                id=record.id,
                object=to_struct(outputs, secrets=request.acceptSecrets, unknowns=True),
                result=pb.SUCCESS,
                unknown=skipped,
            )
        raise AssertionError

    def RegisterResourceOutputs(
        self, request: pb.RegisterResourceOutputsRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Set the outputs of a component or of the stack."""
        with self._answering(context, request.urn):
            self._deployment.register_outputs(request.urn, from_struct(request.outputs))
        return empty_pb2.Empty()

    def ReadResource(
        self, request: pb.ReadResourceRequest, context: grpc.ServicerContext
    ) -> pb.ReadResourceResponse:
        """Read a resource that the program only refers to."""
        urn = self._urn(request.parent, request.type, request.name)
        with self._answering(context, urn):
            refuse_type(request.type)
            refuse(request, request.name)
            if request.type == urns.STACK_REFERENCE:
                return self._stack_reference(request, urn)
            goal = Goal(
                type=request.type,
                name=request.name,
                custom=True,
                inputs=from_struct(request.properties),
                parent=request.parent,
                dependencies=sorted(set(request.dependencies)),
                additional_secret_outputs=list(request.additionalSecretOutputs),
                version=request.version,
                source_position=position(request.sourcePosition, self._run.settings.root),
            )
            record = self._deployment.read(goal, request.id, request.provider)
            return pb.ReadResourceResponse(
                urn=record.urn,
                properties=to_struct(record.outputs, secrets=request.acceptSecrets, unknowns=True),
            )
        raise AssertionError

    def _stack_reference(
        self, request: pb.ReadResourceRequest, urn: str
    ) -> pb.ReadResourceResponse:
        """Return the outputs of another stack; nothing of it is kept in the state."""
        name = str(from_struct(request.properties).get("name") or request.id)
        settings, registry = self._run.settings, self._run.registry
        found = stack_references.read_outputs(name, settings.project, registry.outputs_of)
        properties = to_struct(found, secrets=request.acceptSecrets, unknowns=True)
        return pb.ReadResourceResponse(urn=urn, properties=properties)

    def Invoke(
        self, request: pb.ResourceInvokeRequest, context: grpc.ServicerContext
    ) -> pb.ResourceInvokeResponse:
        """Call a provider function for the program."""
        with self._answering(context):
            args = from_struct(request.args)
            if request.tok == _GET_RESOURCE:
                return self._get_resource(str(args.get("urn", "")))
            refuse_type(request.tok)
            refuse(request, request.tok)
            if urns.package_of(request.tok) == "pulumi":
                raise UnsupportedFeatureError(f"the function {request.tok}")
            reference = request.provider or self._deployment.providers.default(
                urns.package_of(request.tok), request.version
            )
            provider = self._run.registry.get(reference)
            if provider is None:
                raise EngineError(f"the provider {reference} of {request.tok} was not registered")
            answer, failures = provider.invoke(
                request.tok, args, preview=self._run.settings.preview
            )
            response = pb.ResourceInvokeResponse(
                failures=[
                    provider_pb2.CheckFailure(property=name, reason=reason)
                    for name, reason in failures
                ]
            )
            getattr(response, "return").CopyFrom(to_struct(answer, secrets=True, unknowns=True))
            return response
        raise AssertionError

    def _get_resource(self, urn: str) -> pb.ResourceInvokeResponse:
        record = self._deployment.news.get(urn)
        if record is None:
            raise EngineError(f"the program refers to {urn}, which it has not registered")
        state = {"urn": urn, "id": record.id or UNKNOWN_WIRE, "state": record.outputs}
        response = pb.ResourceInvokeResponse()
        getattr(response, "return").CopyFrom(to_struct(state, secrets=True, unknowns=True))
        return response

    def SignalAndWaitForShutdown(
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Return at once: transforms, the only calls back, end with their registrations."""
        return empty_pb2.Empty()

    def Call(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        """Reject a method call on a resource as unsupported."""
        self._refuse(context, f"a resource method ({request.tok})")

    def RegisterPackage(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        """Reject a parameterized package as unsupported."""
        self._refuse(context, f"a parameterized package ({request.name})")

    def RegisterStackTransform(
        self, request: callback_pb2.Callback, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Add a transform of all resources that are registered from now on."""
        self._transforms.add(request)
        return empty_pb2.Empty()

    def RegisterStackInvokeTransform(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        """Reject a transform of function calls as unsupported."""
        self._refuse(context, "a transform of function calls")

    def RegisterResourceHook(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        """Reject a resource hook as unsupported."""
        self._refuse(context, f"a resource hook ({request.name})")

    def RegisterErrorHook(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        """Reject an error hook as unsupported."""
        self._refuse(context, f"an error hook ({request.name})")

    def _refuse(self, context: grpc.ServicerContext, feature: str) -> NoReturn:
        with self._answering(context):
            raise UnsupportedFeatureError(feature)
        raise AssertionError

    def _urn(self, parent: str, kind: str, name: str) -> str:
        settings = self._run.settings
        return urns.make(settings.stack, settings.project, parent, kind, name)


def _features() -> list[pb.ResourceMonitorFeature.ValueType]:
    """Return the numbers of the supported features that the installed SDK knows."""
    numbers = dict(pb.ResourceMonitorFeature.items())
    wanted = (f"RESOURCE_MONITOR_FEATURE_{name}" for name in _FEATURES)
    return [numbers[name] for name in wanted if name in numbers]


class EngineService(engine_pb2_grpc.EngineServicer):
    """Serves logs and the root resource.

    Args:
        run: The operation.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._root = ""

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Forward a log message of the program or a provider."""
        severity = _SEVERITIES.get(request.severity, MessageSeverity.INFO)
        if severity is MessageSeverity.DEBUG or self._run.stopped:
            return empty_pb2.Empty()
        if severity is MessageSeverity.ERROR:
            self._run.program_error = request.message.rstrip()
        self._run.say(severity, request.message, request.urn)
        return empty_pb2.Empty()

    def GetRootResource(
        self, request: Any, context: grpc.ServicerContext
    ) -> engine_pb2.GetRootResourceResponse:
        """Return the URN of the stack's root resource."""
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    def SetRootResource(
        self, request: engine_pb2.SetRootResourceRequest, context: grpc.ServicerContext
    ) -> engine_pb2.SetRootResourceResponse:
        """Remember the URN of the stack's root resource."""
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def RequirePulumiVersion(
        self, request: engine_pb2.RequirePulumiVersionRequest, context: grpc.ServicerContext
    ) -> engine_pb2.RequirePulumiVersionResponse:
        """Reject a required version of the CLI: this engine is not the CLI."""
        wanted = request.pulumi_version_range
        self._run.fail(str(UnsupportedFeatureError(f"the demand for a CLI of version {wanted}")))
        context.abort(grpc.StatusCode.UNAVAILABLE, "the operation has failed")


@contextmanager
def serving(run: Run, deployment: Deployment | None) -> Iterator[str]:
    """Serve a run on a free loopback port, and yield the address.

    Args:
        run: The operation.
        deployment: Carries out the registrations; None if no program runs.
    """
    server = rpc.server(run.settings.parallel * 4 + 16)
    engine_pb2_grpc.add_EngineServicer_to_server(EngineService(run), server)
    transforms = Transforms()
    if deployment is not None:
        monitor = Monitor(run, deployment, transforms)
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    address = rpc.listen(server)
    server.start()
    run.registry.serve_engine_at(address)
    try:
        yield address
    finally:
        server.stop(_GRACE).wait()
        transforms.close()
