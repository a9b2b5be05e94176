"""The same eighty points by WeasyPrint, the usual way from a page in HTML to PDF/A-3."""

from collections.abc import Callable
from html import escape
from importlib import import_module

from station.certificate.document import Document
from station.certificate.results import VERDICTS, Line
from station.certificate.texts import say

STYLE = """
@page { size: A4; margin: 30mm 20mm 22mm; @bottom-right { content: counter(page) "/" counter(pages) } }
body { font: 9.5pt serif } table { font-size: 8.5pt; width: 100%; border-collapse: collapse }
td { text-align: right; padding: 0.95mm 0.8mm } thead { border-bottom: 0.4pt solid }
"""  # noqa: E501


def typesetter() -> Callable[[Document, bytes], bytes] | None:
    """Return what typesets, or None where WeasyPrint or the system's pango is not installed."""
    try:
        weasyprint = import_module("weasyprint")
    except (ImportError, OSError):
        return None

    def typeset(document: Document, xml: bytes) -> bytes:
        attached = weasyprint.Attachment(string=xml, name="dcc.xml", relationship="Alternative")
        html = weasyprint.HTML(string=page(document))
        made: bytes = html.write_pdf(pdf_variant="pdf/a-3a", attachments=[attached])
        return made

    return typeset


def page(document: Document) -> str:
    """Return the tables and the statements of a certificate in HTML: no charts, no signatures."""
    tables = "".join(
        f"<h2>{escape(table.title.vi)}</h2><table><tbody>{''.join(map(_row, table.lines))}</table>"
        for section in document.sections
        for table in section.tables
    )
    notes = "".join(
        f"<p>{escape(note.text.vi)}<br><small>{escape(note.text.en)}</small></p>"
        for note in document.notes
    )
    title = escape(document.title.vi)
    return (
        f"<html lang='vi'><title>{title}</title><style>{STYLE}</style><h1>{title}</h1>"
        f"<p>{escape(document.number)} {escape(document.laboratory.name)}</p>{tables}{notes}</html>"
    )


def _row(line: Line) -> str:
    r = line.result
    measured = (r.reference, r.indication, r.error, r.uncertainty, r.k) if r else ()
    figures = (line.nominal, *measured, line.upper)
    verdict = say(VERDICTS[line.verdict])
    cells = (str(line.number), *(figure.shown for figure in figures), f"{verdict.vi} {verdict.en}")
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}"
