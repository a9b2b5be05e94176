"""Files that were made to break the reader are refused within bounds of memory and time."""

import base64
import json
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

HEAD = b"<?xml version='1.0' encoding='UTF-8'?>\n"
OPEN = (
    b'<dcc:digitalCalibrationCertificate xmlns:dcc="https://ptb.de/dcc" '
    b'xmlns:ds="http://www.w3.org/2000/09/xmldsig#" schemaVersion="3.3.0">'
)
CLOSE = b"</dcc:digitalCalibrationCertificate>"

MEMORY = 1 << 30
"""Bytes that the reader may address, the program's own included."""

CPU_SECONDS = 30

PROGRAM = """
import json, resource, sys
from pathlib import Path
from station.certificate.verification.file import LARGEST_PDF, verify
from station.certificate.verification.trust import Trust
from station.errors import StationError
from station.files import read_bytes
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
said = {{}}
for name in sys.argv[1:]:
    try:
        content = read_bytes(Path(name), largest=LARGEST_PDF)
        found = verify(content, None, name=name, trust=Trust()).findings
        said[Path(name).stem] = sorted({{f.rule for f in found if f.weight.value == "error"}})
    except StationError as refusal:
        said[Path(name).stem] = [type(refusal).__name__]
print(json.dumps(said))
"""


def dcc(inside: bytes) -> bytes:
    return HEAD + OPEN + inside + CLOSE


def signature(info: bytes, *, value: bytes = b"AAAA", certificates: bytes = b"") -> bytes:
    return dcc(
        b"<ds:Signature><ds:SignedInfo>"
        b'<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>'
        b'<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"/>'
        + info
        + b"</ds:SignedInfo><ds:SignatureValue>" + value + b"</ds:SignatureValue>"
        b"<ds:KeyInfo><ds:X509Data>" + certificates + b"</ds:X509Data></ds:KeyInfo></ds:Signature>"
    )  # fmt: skip


def reference(uri: bytes, transform: bytes = b"") -> bytes:
    return (
        b'<ds:Reference URI="' + uri + b'"><ds:Transforms>' + transform + b"</ds:Transforms>"
        b'<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
        b"<ds:DigestValue>AAAA</ds:DigestValue></ds:Reference>"
    )


XSLT = (
    b'<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116">'
    b'<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0">'
    b"<xsl:template match='/'><xsl:copy-of select=\"document('file:///etc/hostname')\"/>"
    b"</xsl:template></xsl:stylesheet></ds:Transform>"
)
C14N = b'<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>'
CERTIFICATE = b"<ds:X509Certificate>MIIB</ds:X509Certificate>"
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))

XML = {
    "laughs": HEAD + b'<!DOCTYPE x [<!ENTITY l0 "ha">' + LAUGHS + b"]>" + OPEN + b"&l11;" + CLOSE,
    "outside": HEAD + b'<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd">' + OPEN + CLOSE,
    "parameter": HEAD
    + b'<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/hostname">%p;]>' + OPEN + CLOSE,
    "deep": dcc(b"<a>" * 100_000 + b"</a>" * 100_000),
    "wide": dcc(b"<a/>" * 1_000_000),
    "one-text": dcc(b"<dcc:comment>" + b"9" * 15_000_000 + b"</dcc:comment>"),
    "attributes": dcc(b"<a " + b" ".join(b'a%d="1"' % n for n in range(200_000)) + b"/>"),
    "namespaces": dcc(
        b"<a " + b" ".join(b'xmlns:n%d="u:%d"' % (n, n) for n in range(50_000)) + b"/>"
    ),
    "utf-16-cut": dcc(b"").decode().replace("UTF-8", "UTF-16").encode("utf-16")[:-3],
    "latin": dcc(b"<dcc:comment>\xff\xfe</dcc:comment>"),
    "cut": dcc(b"")[:90],
    "include": dcc(
        b'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/hostname"/>'
    ),
    "network-reference": signature(reference(b"http://192.0.2.1/x"), certificates=CERTIFICATE),
    "many-references": signature(reference(b"#x") * 20_000, certificates=CERTIFICATE),
    "many-transforms": signature(reference(b"", C14N * 50_000), certificates=CERTIFICATE),
    "stylesheet": signature(reference(b"", XSLT), certificates=CERTIFICATE),
    "many-certificates": signature(reference(b"", C14N), certificates=CERTIFICATE * 50_000),
    "many-signatures": dcc(b"<ds:Signature/>" * 50_000),
    "many-lists": signature(
        reference(b"", C14N), certificates=CERTIFICATE + b"</ds:X509Data></ds:KeyInfo>"
        b'<ds:Object><x:Q xmlns:x="http://uri.etsi.org/01903/v1.3.2#"><x:U>'
        b"<x:UnsignedSignatureProperties><x:CRLValues>"
        + b"<x:EncapsulatedCRLValue>MAA=</x:EncapsulatedCRLValue>" * 50_000
        + b"</x:CRLValues></x:UnsignedSignatureProperties></x:U></x:Q></ds:Object>"
        b"<ds:KeyInfo><ds:X509Data>",
    ),
    "long-value": signature(reference(b""), value=b"A" * 8_000_000, certificates=CERTIFICATE),
}  # fmt: skip


def stream(number: int, content: bytes, more: bytes = b"") -> bytes:
    return (
        b"%d 0 obj\n<< /Length %d %s >>\nstream\n" % (number, len(content), more)
        + content + b"\nendstream\nendobj\n"
    )  # fmt: skip


def pdf(*objects: bytes, root: bytes = b"<< /Type /Catalog /Pages 2 0 R >>") -> bytes:
    """A PDF whose catalog is object 1."""
    content = b"%PDF-1.7\n"
    places = {}
    for one in (b"1 0 obj\n" + root + b"\nendobj\n", *objects):
        places[int(one.split(b" ", 1)[0])] = len(content)
        content += one
    size = max(places) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n" % size + b"".join(
        b"%010d 00000 %s \n" % (places.get(n, 0), b"n" if n in places else b"f")
        for n in range(1, size)
    )
    return (
        content + table + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, len(content))
    )  # fmt: skip


PAGES = b"2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\nendobj\n"
BOMB = zlib.compress(zlib.compress(b"\0" * 100_000_000, 9), 9)
"""A few kilobytes that are 100 MB when they are unpacked twice."""

FLATE = b"/Filter [/FlateDecode /FlateDecode]"
ATTACHED = (
    b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(dcc.xml) 5 0 R] >> >> >>"
)
FILE = b"5 0 obj\n<< /Type /Filespec /F (dcc.xml) /UF (dcc.xml) /EF << /F 6 0 R >> >>\nendobj\n"
SIGNED = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R] /SigFlags 3 >> >>"
PAGE = b"3 0 obj\n<< /Type /Page /Parent 2 0 R /Resources << >> /Contents 4 0 R >>\nendobj\n"
KIDS = b" ".join([b"3 0 R"] * 200_000)

PDF = {
    "page-bomb": pdf(PAGES, PAGE, stream(4, BOMB, FLATE)),
    "attached-bomb": pdf(PAGES, PAGE, stream(4, b""), FILE, stream(6, BOMB, FLATE), root=ATTACHED),
    "attached-laughs": pdf(
        PAGES, PAGE, stream(4, b""), FILE, stream(6, XML["laughs"]), root=ATTACHED
    ),
    "length": pdf(
        PAGES, PAGE, b"4 0 obj\n<< /Length 1000000000 >>\nstream\nx\nendstream\nendobj\n"
    ),
    "kids-loop": pdf(b"2 0 obj\n<< /Type /Pages /Count 9 /Kids [2 0 R] >>\nendobj\n"),
    "kids-many": pdf(
        b"2 0 obj\n<< /Type /Pages /Count 200000 /Kids [" + KIDS + b"] >>\nendobj\n",
        PAGE, stream(4, b"BT ET " * 100_000),
    ),
    "nested": pdf(PAGES, b"3 0 obj\n" + b"[" * 200_000 + b"]" * 200_000 + b"\nendobj\n"),
    "xref-loop": pdf(PAGES, PAGE, stream(4, b"")).replace(
        b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % pdf(PAGES, PAGE, stream(4, b"")).index(b"xref\n")
    ),
    "xref-size": pdf(PAGES, PAGE, stream(4, b"")).replace(b"xref\n0 5", b"xref\n0 999999999"),
    "field-loop": pdf(
        PAGES, PAGE, stream(4, b""), b"7 0 obj\n<< /FT /Sig /Kids [7 0 R] /T (a) >>\nendobj\n",
        FILE, stream(6, dcc(b"")),
        root=SIGNED[:-2] + ATTACHED[ATTACHED.index(b"/Names"):],
    ),
    "range-huge": pdf(
        PAGES, PAGE, stream(4, b""), b"7 0 obj\n<< /FT /Sig /T (a) /V 8 0 R >>\nendobj\n",
        b"8 0 obj\n<< /Type /Sig /SubFilter /ETSI.CAdES.detached /Contents <3000> "
        b"/ByteRange [0 9999999999999 99999999999999 9999999999999] >>\nendobj\n",
        FILE, stream(6, dcc(b"")),
        root=SIGNED[:-2] + ATTACHED[ATTACHED.index(b"/Names"):],
    ),
    "revocation-bomb": pdf(
        PAGES, PAGE, stream(4, b""), b"7 0 obj\n<< /FT /Sig /T (a) /V 8 0 R >>\nendobj\n",
        b"8 0 obj\n<< /Type /Sig /SubFilter /ETSI.CAdES.detached /Contents <3000> "
        b"/ByteRange [0 10 20 10] >>\nendobj\n",
        stream(9, BOMB, FLATE),
        root=SIGNED[:-2] + b"/DSS << /CRLs [" + b"9 0 R " * 1000 + b"] >> >>",
    ),
    "nothing": b"%PDF-1.7\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    folder = tmp_path_factory.mktemp("hostile")
    for name, content in XML.items():
        (folder / f"xml-{name}.xml").write_bytes(content)
    for name, content in PDF.items():
        (folder / f"pdf-{name}.pdf").write_bytes(content)
    with (folder / "gigabyte.xml").open("wb") as file:
        # Nothing of it is on the disk.
        file.truncate(1 << 30)
    program = PROGRAM.format(memory=MEMORY, seconds=CPU_SECONDS)
    names = sorted(str(path) for path in folder.iterdir())
    done = subprocess.run(
        [sys.executable, "-c", program, *names], check=False, capture_output=True, text=True,
        cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, list[str]] = json.loads(done.stdout)
    return answer


NAMES = [f"xml-{name}" for name in XML] + [f"pdf-{name}" for name in PDF] + ["gigabyte"]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_refused(said: dict[str, list[str]], name: str) -> None:
    assert said[name], "nothing was found wrong with it"


def test_the_bombs_are_bombs() -> None:
    assert len(BOMB) < 20_000
    assert len(zlib.decompress(zlib.decompress(BOMB))) == 100_000_000
    assert len(base64.b64encode(BOMB)) < 30_000
