"""What commands that issue certificates share: the key that they are signed with."""

import argparse
import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from station.cli.common import natural
from station.errors import BadInput

if TYPE_CHECKING:
    from station.certificate.signing.sign import Seal

VARIABLE = "STATION_KEY_PASSWORD"
LONGEST_PASSWORD = 4096


def add_key(parser: argparse.ArgumentParser) -> None:
    """Add --key, --key-password-fd, --other-signer, --tsa and --crl."""
    parser.add_argument(
        "--key",
        metavar="FILE.p12",
        help="sign with this key: a PKCS#12 file, or 'pkcs11:token=…;object=…?module-path=…'",
    )
    parser.add_argument(
        "--key-password-fd",
        type=natural,
        metavar="N",
        help=f"read its password or PIN from this file descriptor (default: the variable "
        f"{VARIABLE}, else it is asked for)",
    )
    parser.add_argument(
        "--other-signer",
        action="store_true",
        help="the key may name somebody else than the laboratory: another signs for it",
    )
    parser.add_argument("--tsa", metavar="URL", help="time stamp server (RFC 3161)")
    parser.add_argument(
        "--crl",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="present revocation list of the key's issuer, put into the signature; may be given "
        "again",
    )


@contextmanager
def seal_of(args: argparse.Namespace) -> Iterator["Seal | None"]:
    """Yield what the command line says to sign with, or None.

    Raises:
        BadInput: the key cannot be used, or something is said of a key that is not named.
    """
    if args.key is None:
        if args.tsa is not None or args.key_password_fd is not None or args.crl:
            raise BadInput("--tsa, --crl and --key-password-fd need --key, the key to sign with.")
        if args.other_signer:
            raise BadInput("--other-signer needs --key, the key to sign with.")
        yield None
        return
    from station.certificate.signing.keys import opened
    from station.certificate.signing.sign import Seal
    from station.certificate.signing.time import time_stamper
    from station.certificate.verification.revocation import read_lists

    tsa = None if args.tsa is None else time_stamper(args.tsa)
    crls = read_lists(args.crl).crls
    with opened(args.key, _password(args)) as key:
        yield Seal(key, tsa, crls, other_signer=args.other_signer)


def _password(args: argparse.Namespace) -> str | None:
    if args.key_password_fd is not None:
        try:
            with os.fdopen(args.key_password_fd, "rb", closefd=False) as file:
                said = file.read(LONGEST_PASSWORD + 1)
            return said.decode().rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(
                "--key-password-fd {number}: no password can be read from it.",
                number=args.key_password_fd,
            ) from error
    if VARIABLE in os.environ:
        return os.environ[VARIABLE]
    if sys.stdin.isatty():
        return getpass.getpass(f"Password of {args.key}: ")
    return None
