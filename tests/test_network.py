"""Tests reach nothing but this machine."""

import socket

import pytest


def test_the_world_is_out_of_reach() -> None:
    with (
        socket.socket() as opened,
        pytest.raises(PermissionError, match=r"203\.0\.113\.1"),
    ):
        opened.connect(("203.0.113.1", 80))
