"""Downloads from servers whose answers do not fit what was asked, and hosts with bad names."""

from __future__ import annotations

import http.server
import re
import socketserver
import threading
from pathlib import Path

from bench import rows, run

BODY = bytes(range(256)) * 8


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked: list[str | None]

    def log_message(self, *words: object) -> None:
        pass

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.asked.append(asked)
        self.send_response(200)
        cut = len(self.asked) == 1
        if self.path == "/slice":
            self.send_header("ETag", '"v1"')
        start = re.match(r"bytes=(\d+)-", asked or "")
        if start is None or self.path != "/slice":
            self.send_header("Content-Length", str(len(BODY)))
            self.end_headers()
            self.wfile.write(BODY[:1000] if cut else BODY)
            self.close_connection = True
        else:
            first = int(start[1])
            self.send_header("Content-Range", f"bytes {first}-{len(BODY) - 1}/{len(BODY)}")
            self.send_header("Content-Length", str(len(BODY) - first))
            self.end_headers()
            self.wfile.write(BODY[first:])


def _downloads(path: str, times: int) -> tuple[list[dict[str, object]], list[str | None]]:
    Path("c.toml").write_text("[engine]\n[plugin.http]\nallow_private = true\n")
    asked: list[str | None] = []
    handler = type("Recording", (Handler,), {"asked": asked})
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}{path}"
    found = []
    for _ in range(times):
        words = ("--config", "c.toml", "run", "--trust", "http.download", f"url={url}", "to=f")
        found += rows(run(*words).stdout)
    server.shutdown()
    server.server_close()
    return found, asked


def case_a_slice_that_is_called_the_whole() -> None:
    found, _ = _downloads("/slice", 2)
    if Path("f").exists():
        assert Path("f").read_bytes() == BODY
    else:
        assert found[-1]["state"] == "failed"


def case_a_promise_to_resume() -> None:
    found, asked = _downloads("/plain", 2)
    said = found[0]["error"]["message"]  # type: ignore[index]
    assert "completed" == found[1]["state"] and Path("f").read_bytes() == BODY
    assert "goes on from there" not in said or asked[1] is not None, said


def case_bad_host_names() -> None:
    done = run("run", "http.check", "--each", "url", input=b"http://xn--/\nhttp://a..b/\n")
    assert ["CheckFailed"] * 2 == [row["error"]["type"] for row in rows(done.stdout)], done
