"""Mutants of the plugin chasqui-http."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "http-any-address",
        "private addresses are refused",
        "plugins/chasqui-http/chasqui_http/addresses.py",
        "if not allow_private and (kind",
        "if False and (kind",
        "plugins/chasqui-http",
    ),
    Mutant(
        "http-connects-by-name",
        "the connection is made to the judged address",
        "plugins/chasqui-http/chasqui_http/wire.py",
        "                    address, port, patience",
        "                    host, port, patience",
        "plugins/chasqui-http",
    ),
    Mutant(
        "http-deaf-read",
        "a cancel is heard while the server is silent",
        "plugins/chasqui-http/chasqui_http/wire.py",
        "min(SLICE, watch.left())",
        "watch.left()",
        "plugins/chasqui-http/tests/test_check.py::test_a_cancel_is_heard_while_the_server_says_nothing",
    ),
    Mutant(
        "http-forged-answer",
        "excess of one answer is never the next",
        "plugins/chasqui-http/chasqui_http/client.py",
        "if self._wire.reads == reads:\n                #",
        "if False:\n                #",
        "plugins/chasqui-http/tests/test_check.py",
    ),
    Mutant(
        "http-token-leaks",
        "a token goes to its own origin only",
        "plugins/chasqui-http/chasqui_http/fetch.py",
        "if _origin(at) != _origin(origin):",
        "if False:",
        "plugins/chasqui-http/tests/test_redirects.py",
    ),
    Mutant(
        "http-password-accepted",
        "a URL with a password is never accepted",
        "plugins/chasqui-http/chasqui_http/parameters.py",
        "^(?![^/?#]*/*[^/?#]*@)",
        "^",
        "plugins/chasqui-http",
    ),
    Mutant(
        "http-checksum-ignored",
        "a wrong checksum fails",
        "plugins/chasqui-http/chasqui_http/download.py",
        "if wanted not in (None, digest):",
        "if False:",
        "plugins/chasqui-http",
    ),
    Mutant(
        "http-device-replaced",
        "a download replaces no FIFO, socket or device",
        "plugins/chasqui-http/chasqui_http/download.py",
        "        if not stat.S_ISREG(mode):\n",
        "        if False:\n",
        "plugins/chasqui-http/tests/test_download.py",
    ),
    Mutant(
        "http-dangling-link-replaced",
        "a link that leads nowhere exists",
        "plugins/chasqui-http/chasqui_http/download.py",
        "        if not to.is_symlink():  # one",
        "        if True:  # one",
        "plugins/chasqui-http/tests/test_download.py",
    ),
    Mutant(
        "http-no-lock",
        "two downloads to one target do not meet",
        "plugins/chasqui-http/chasqui_http/part.py",
        "                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
        "",
        "plugins/chasqui-http",
    ),
)
