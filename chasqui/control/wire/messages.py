"""The envelopes: a request names its verb, a reply repeats the request's number.

``{"id": 7, "verb": "snapshot", "args": {}}`` is answered by ``{"id": 7, "ok": {}, "more": false}``,
or by ``{"id": 7, "error": {"kind": "refused", "message": "…", "next": "…"}}``. With ``more`` other
parts of the same answer follow. Replies may come in another order than their requests.

A request with a field that its verb does not have is refused, since it would ask for something that
is not done. In a reply such fields are ignored: a newer host may say more.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from chasqui.control.safe_text import SafeText
from chasqui.control.wire.frames import framed
from chasqui.errors import ChasquiError

PROTOCOL: Final = 1
"""The version of the protocol; a change that an old side would misread counts it up."""

Kind = Literal[
    "usage",
    "unknown_verb",
    "unknown_type",
    "invalid",
    "refused",
    "busy",
    "full",
    "gone",
    "version",
    "internal",
]
"""Why a request was not carried out.

``usage``: the request itself is malformed. ``unknown_verb``, ``unknown_type``: no such verb, or no
such task type. ``invalid``: a value does not fit. ``refused``: this client may not do that.
``busy``: too much at once; later it would work. ``full``: the backlog has no room. ``gone``: what
it is about is not known any more, or the host cannot be reached. ``version``: the two sides speak
different versions. ``internal``: a fault in the host, whose log has it under the number named.
"""


class ErrorRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An error as it goes over the wire."""

    kind: Kind
    message: SafeText
    next: SafeText = SafeText("")
    """What to do; empty when nothing helps."""
    problems: tuple[tuple[str, SafeText], ...] = ()
    """Of parameters: which are wrong, and why."""


class WireError(ChasquiError):
    """A request over a socket was not carried out; says why, and what to do."""

    def __init__(
        self, kind: Kind, message: str, next: str = "", problems: tuple[tuple[str, str], ...] = ()
    ) -> None:
        super().__init__(f"{message}; {next}" if next else message)
        self.kind: Kind = kind
        self.message = message
        self.next = next
        self.problems = problems

    @property
    def is_lost(self) -> bool:
        """Whether the request may have been carried out: no answer to it has been understood."""
        return self.kind in ("gone", "internal")

    def record(self) -> ErrorRecord:
        """Return it as it goes over the wire; its texts are safe by then."""
        problems = tuple((name, SafeText(why)) for name, why in self.problems)
        return ErrorRecord(
            kind=self.kind,
            message=SafeText(self.message),
            next=SafeText(self.next),
            problems=problems,
        )

    @classmethod
    def of(cls, record: ErrorRecord) -> WireError:
        """Return the error of a record."""
        return cls(record.kind, record.message, record.next, record.problems)


class HostGone(WireError):
    """The host is gone; it is looked for again, and until then nothing can be asked."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__("gone", message, "it is tried again")
        self.seconds = seconds
        """For how long it has been gone."""


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request, its arguments not decoded yet."""

    id: int
    verb: str
    args: msgspec.Raw = msgspec.Raw(b"{}")


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A reply, or a part of one, its answer not decoded yet.

    Exactly one of ``ok`` (else empty), ``error`` and ``event`` is there. An event is part of a
    stream: ``gap`` says that ``missed`` items were left out, because this client read too slowly.
    """

    id: int | None = None
    ok: msgspec.Raw = msgspec.Raw()
    error: ErrorRecord | None = None
    more: bool = False
    event: str | None = None
    missed: int = 0


_encoder = msgspec.json.Encoder()
_requests = msgspec.json.Decoder(Request)
_replies = msgspec.json.Decoder(Reply)


def decoded_request(data: bytes) -> Request:
    """Decode the envelope of a request.

    Raises:
        WireError: it is none; of the kind ``usage``.
    """
    try:
        return _requests.decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise WireError("usage", f"this is no request: {error}") from None


def decoded_reply(data: bytes) -> Reply:
    """Decode the envelope of a reply.

    Raises:
        WireError: it is none; of the kind ``internal``.
    """
    try:
        return _replies.decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise WireError("internal", f"the host sent what is no reply: {error}") from None


def request_frame(id: int, verb: str, args: msgspec.Struct | None = None) -> bytes:
    """Return the frame of a request."""
    asked = {"id": id, "verb": verb} if args is None else {"id": id, "verb": verb, "args": args}
    return framed(_encoder.encode(asked))


def answer_frame(id: int, ok: bytes, *, more: bool = False) -> bytes:
    """Return the frame of an answer, or a part of it, whose JSON is given."""
    end = b',"more":true}' if more else b',"more":false}'
    return framed(b'{"id":%d,"ok":%b%b' % (id, ok, end))


def error_frame(id: int | None, error: WireError) -> bytes:
    """Return the frame of an error; without a number it is about the connection."""
    return framed(_encoder.encode({"id": id, "error": error.record()}))


def gap_frame(id: int, missed: int) -> bytes:
    """Return the frame that says how many items of a stream were left out."""
    return framed(_encoder.encode({"id": id, "event": "gap", "missed": missed}))
