"""Route requests to S3, CloudWatch, SageMaker and the price list."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tools.sagemaker_emulator.faults import Fault, Faults, cut
from tools.sagemaker_emulator.prices import products
from tools.sagemaker_emulator.service import RefusedError, Service
from tools.sagemaker_emulator.training import Pace

CONTROL = "/_emulator"
_JSON = "application/x-amz-json-1.1"
_Environ: TypeAlias = dict[str, Any]
_Start: TypeAlias = Callable[..., Any]


class Application:
    """The whole server: control, faults, training jobs, prices, and moto for the rest.

    Parameters
    ----------
    endpoint : str
        The server's address.
    pace : Pace
        How long things take.
    """

    def __init__(self, endpoint: str, pace: Pace) -> None:
        self.faults = Faults()
        self.service = Service(endpoint, pace)
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: _Environ, start: _Start) -> Iterable[bytes]:
        """Answer a request."""
        request = Request(environ)
        if request.path.startswith(CONTROL):
            return self._control(request)(environ, start)
        service, _, operation = request.headers.get("X-Amz-Target", "").partition(".")
        fault = self.faults.take(f"{request.method} {request.path} {operation}")
        if fault is not None:
            request.get_data()  # what is left unread would look like the next request
            if fault.drop:
                cut(environ["werkzeug.socket"])
            return _error(fault.code, fault.message, fault.status, is_json=bool(operation))(
                environ, start
            )
        response: Callable[..., Iterable[bytes]] = self._moto
        if service == "SageMaker" and operation in self.service.operations:
            response = self._answer(operation, request.get_json(force=True))
        elif operation == "GetProducts":
            response = _json(products(request.get_json(force=True)))
        return response(environ, start)

    def _answer(self, operation: str, request: dict[str, Any]) -> Response:
        self.requests.append((operation, request))
        try:
            return _json(self.service.answer(operation, request))
        except RefusedError as refused:
            return _error(refused.code, refused.message, 400, is_json=True)

    def _control(self, request: Request) -> Response:
        """Do what the cloud does by itself, or by accident."""
        act, name = request.path.removeprefix(CONTROL).strip("/"), request.args.get("job", "")
        try:
            match act:
                case "interrupt":
                    self.service.training(name).job.interrupted.set()
                case "kill":
                    self.service.training(name).job.killed_hosts.add(request.args["host"])
                case "processes":
                    hosts = self.service.training(name).hosts
                    running = {host.name: host.process.pid for host in hosts if host.process}
                    return _json(running)
                case "fault":
                    self.faults.add(Fault(**request.get_json(force=True)))
                case "clear":
                    self.faults.clear()
                case "requests":
                    wanted = request.args.get("operation", "")
                    return _json([body for operation, body in self.requests if operation == wanted])
                case _:
                    return _json({"name": "SageMaker emulator"})
        except RefusedError as refused:
            return _error(refused.code, refused.message, 404, is_json=True)
        return _json({})


class Server:
    """The emulator's HTTP server, for this machine alone.

    Parameters
    ----------
    port : int
        0 takes a free one.
    pace : Pace
        How long things take.
    """

    def __init__(self, port: int, pace: Pace) -> None:
        # The application must know its own address, which is known once the port is bound.
        self._http = make_server("127.0.0.1", port, self._answer, threaded=True)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._application = Application(self.url, pace)

    def serve(self) -> None:
        """Answer until interrupted; then end the jobs that are at work."""
        try:
            self._http.serve_forever()
        finally:
            self._application.service.close()

    def _answer(self, environ: _Environ, start: _Start) -> Iterable[bytes]:
        return self._application(environ, start)


def _json(values: object) -> Response:
    return Response(json.dumps(values), content_type=_JSON)


def _error(code: str, message: str, status: int, *, is_json: bool) -> Response:
    if is_json:
        body = json.dumps({"__type": code, "message": message})
        return Response(body, status=status, content_type=_JSON)
    body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return Response(body, status=status, content_type="application/xml")
