"""A second socket of a host, for a group: its members look, and change nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from chasqui import Engine
from chasqui.control.client.client import Client
from chasqui.control.client.finding import hosts_named
from chasqui.control.client.remote import RemotePort
from chasqui.control.port import Pause, SubmitOptions, ViewQuery
from chasqui.control.wire.messages import WireError
from chasqui.control.wire.permanent import NoArgsEver, StopAnswer, StopArgs
from chasqui.control.wire.status import Status
from chasqui.control.wire.working import ApplyArgs
from chasqui.errors import ConfigError
from tests.control.sockets.programs import NOBODY, needs_root, ran

GROUP = 4242


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Have a temporary directory that all users can reach."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o1777)
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def place_in(temporary: Path, name: str = "default-e3b0c442") -> Path:
    """Return the path of the second socket."""
    return temporary / f"chasqui-{os.geteuid()}-observers" / f"{name}.observe.sock"


@pytest.fixture
def shared(temporary: Path) -> Iterator[Path]:
    """Serve an engine to this user's group as well."""
    with Engine(workers=1, observers=str(os.getegid())) as engine:
        engine.serve()
        yield place_in(temporary)


def test_whatever_role_a_client_asks_for_it_may_only_look(shared):
    with Client.connect(shared, client="test", role="operate") as client:
        assert "observe" == client.hello.role
        port = RemotePort(client)
        assert port.caps.read_only
        assert "running" == port.snapshot(ViewQuery()).state
        assert "running" == client.ask("status", NoArgsEver(), Status, 10).state

        refused = [port.apply(Pause()), port.submit("demo.sleep", {}, SubmitOptions())]
        assert [(False, "refused")] * 2 == [(one.ok, one.kind) for one in refused]
        for verb, args in [
            ("apply", ApplyArgs(command=Pause())),
            ("drain", StopArgs()),
            ("shutdown", StopArgs(mode="abort")),
        ]:
            with pytest.raises(WireError) as raised:
                client.ask(verb, args, StopAnswer, 10)
            assert "refused" == raised.value.kind
        assert "running" == port.snapshot(ViewQuery()).state


def test_the_second_socket_goes_with_the_first(shared):
    assert [shared] == hosts_named(str(shared))
    with Engine(workers=1, name="other", observers=str(os.getegid())) as engine:
        host = engine.serve()
        other = shared.with_name("other-e3b0c442.observe.sock")
        assert other.is_socket()
        host.close()
        assert not other.exists()
    assert shared.is_socket()


def test_a_config_names_the_group_and_the_folder(temporary):
    config = temporary / "config.toml"
    (temporary / "shared").mkdir(mode=0o750)
    config.write_text(
        f'[engine]\nserve = true\n[host]\nobservers = "{os.getegid()}"\n'
        'observers_folder = "shared"\n'
    )
    with Engine.from_config(config):
        (socket,) = (temporary / "shared").glob("*.observe.sock")
        with Client.connect(socket, client="test") as client:
            assert "observe" == client.hello.role
    assert not socket.exists()


def test_a_group_that_does_not_exist_is_said_and_nothing_is_left(temporary):
    with Engine(workers=1, observers="nix-da") as engine:
        with pytest.raises(ConfigError, match="there is no group 'nix-da'"):
            engine.serve()
        assert [] == hosts_named("default")


@needs_root
def test_a_member_of_the_group_sees_the_engine_and_others_do_not_reach_it(temporary):
    look = f"""
    from chasqui.control.client.client import Client
    from chasqui.control.wire.messages import WireError
    from chasqui.control.wire.permanent import NoArgsEver
    from chasqui.control.wire.status import Status
    os.setgroups([{{group}}])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
    try:
        with Client.connect(path, client="look") as client:
            say(client.hello.role, client.ask("status", NoArgsEver(), Status).state)
    except WireError as error:
        say(error.kind)
    """
    with Engine(workers=1, observers=str(GROUP)) as engine:
        engine.serve()
        said = {
            group: ran(look.format(group=group), place_in(temporary))
            for group in (GROUP, GROUP + 1)
        }

    assert {GROUP: ["observe running"], GROUP + 1: ["refused"]} == said
