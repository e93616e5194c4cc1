"""The package is what a host expects of one."""

from __future__ import annotations

from chasqui.testing import check_plugin


def test_the_plugin_keeps_the_contract():
    assert [] == check_plugin("http")
