"""What the two task types take alike.

Their signatures are read when the plugin loads, at the start of every command. What does the work
needs a library that takes a tenth of a second to import, so it is imported by the first task.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from chasqui import Help, Secret

Token = Annotated[
    Secret[str] | None, Help("sent as Authorization: Bearer, to the URL's own host only")
]
# The pattern keeps a URL with a password from being accepted at all, so that none gets into a
# journal, a failure log or a console; `chasqui_http.fetch` says what to do instead.
Url = Annotated[
    str,
    msgspec.Meta(pattern=r"^(?![^/?#]*/*[^/?#]*@)"),
    Help("http://... or https://..., without user:password@"),
]
