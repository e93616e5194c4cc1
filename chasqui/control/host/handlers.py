"""The handlers: what a host does for each verb.

A handler answers at once, or leaves the request open and answers later: from a thread aside, when
there is room, or when a task has ended. Whatever it raises is an error to the client; what is not
meant for the client goes to the log, under a number that the client is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, Final

import msgspec

from chasqui.control.host import looking, working
from chasqui.control.host.connection import Connection
from chasqui.control.host.faults import internal
from chasqui.control.host.service import Service
from chasqui.control.safe_text import safe_line
from chasqui.control.wire.messages import PROTOCOL, Request, WireError, decoded_request
from chasqui.control.wire.verbs import VERBS, Verb
from chasqui.version import VERSION

Handler = Callable[[Service, Connection, int, Any], object]

HANDLERS: Final[Mapping[str, Handler]] = {
    "hello": looking.hello,
    "status": looking.status,
    "snapshot": looking.snapshot,
    "detail": looking.detail,
    "stack": looking.stack,
    "types": looking.types,
    "check": looking.check,
    "complete": looking.complete,
    "rows": looking.rows,
    "audit": looking.audit,
    "events": looking.events,
    "drain": working.drain,
    "shutdown": working.shutdown,
    "submit": working.submit,
    "await": working.wait_for,
    "apply": working.apply,
}

NEED_TYPES: Final = ("status", "snapshot", "submit")
"""Verbs that are carried out on the server's thread, and would import all plugins there."""

_decoders: Final = {name: msgspec.json.Decoder(verb.args) for name, verb in VERBS.items()}


def handle(service: Service, client: Connection, data: bytes) -> None:
    """Carry out a request; whatever is wrong with it is answered."""
    request: Request | None = None
    try:
        request = decoded_request(data)
        _handle(service, client, request, data)
    except WireError as error:
        client.refuse(request.id if request else _number_in(data), error)
    except Exception as error:
        client.refuse(request.id if request else None, internal(error))


def _handle(service: Service, client: Connection, request: Request, data: bytes) -> None:
    verb = VERBS.get(request.verb)
    if verb is None:
        known = ", ".join(VERBS)
        said = safe_line(request.verb, 60)
        raise WireError("unknown_verb", f"there is no verb {said!r}", f"there are: {known}")
    if request.verb != "submit":
        client.allowance.take(monotonic())
    if request.id in client.open:
        raise WireError("usage", f"request {request.id} is not answered yet; use another number")
    check_version(client, request.verb, verb)
    args = arguments(request)
    check_role(service, client, request.verb, verb, args)
    if request.verb in NEED_TYPES and not service.is_loaded:
        client.is_held = True
        service.load(lambda: _again(service, client, data))
        return
    client.open[request.id] = None
    HANDLERS[request.verb](service, client, request.id, args)


def _again(service: Service, client: Connection, data: bytes) -> None:
    client.is_held = False
    if not client.is_closed:
        handle(service, client, data)


def check_version(client: Connection, name: str, verb: Verb) -> None:
    """Refuse all but the permanent verbs to a client of another protocol; raises WireError."""
    if verb.is_permanent:
        return
    if client.protocol is None:
        raise WireError("usage", f"{name} needs a hello first")
    if client.protocol != PROTOCOL:
        raise WireError(
            "version",
            f"this host speaks protocol {PROTOCOL} (Chasqui {VERSION}), "
            f"and {client.client or 'the client'} speaks {client.protocol}",
            "use the same version of Chasqui on both sides; hello, status, drain and shutdown work",
        )


def check_role(service: Service, client: Connection, name: str, verb: Verb, args: Any) -> None:
    """Refuse a change to who may only look, and put it into the audit; raises WireError."""
    role = client.role or client.most
    if role == "operate" or verb.role == "observe":
        return
    if name == "apply" and working.only_looks(args):
        return
    if client.most == "operate":
        next = "say hello with the role operate"
    else:
        next = "attach as the user who runs the host"
    what = working.what_of(args)
    service.audit.note(client, name, what, "refused", "it may only look")
    asked = f"{name} {what} refused: {working.signature(client, '')} may only look"
    service.port.events.note("warning", asked)
    raise WireError("refused", f"{name} changes something, and this client may only look", next)


def arguments(request: Request) -> Any:
    """Decode the arguments of a request; raises WireError."""
    try:
        return _decoders[request.verb].decode(request.args)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        said = safe_line(str(error), 300)
        raise WireError("usage", f"{request.verb}: {said}") from None
    except ValueError as error:
        raise WireError("invalid", f"{request.verb}: {safe_line(str(error), 300)}") from None


class _Numbered(msgspec.Struct):
    id: int


def _number_in(data: bytes) -> int | None:
    """Return the number of a malformed request, if it has one."""
    try:
        return msgspec.json.decode(data, type=_Numbered).id
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
