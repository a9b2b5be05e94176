"""Processes that outlive the one that starts them."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import IO


def start_detached(
    command: Sequence[str],
    *,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    stdout: int | IO[bytes] = subprocess.DEVNULL,
    stderr: int | IO[bytes] | None = None,
    env: Mapping[str, str] | None = None,
) -> "subprocess.Popen[bytes]":
    """Start `command` in a group of its own: a Ctrl-C or a hang-up here does not reach it.

    `env` is its whole environment; None is this one's.
    """
    if sys.platform == "win32":
        return subprocess.Popen(
            command,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env=env,
            creationflags=subprocess.CREATE_NEW_PROCESS_GROUP,
        )
    return subprocess.Popen(
        command, stdin=stdin, stdout=stdout, stderr=stderr, env=env, start_new_session=True
    )
