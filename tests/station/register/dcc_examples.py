"""Certificates of other laboratories, written by hand after PTB's good practice.

Names and numbers are made up. `certificate` makes a document that PTB's schema of its version
accepts; the tables are written out where they matter.
"""

from textwrap import dedent

OLD = ("3.0.0", "3.1.0", "3.1.1", "3.1.2", "3.2.0", "3.2.1")
"""Versions whose D-SI spells U as `expandedUnc`."""

NAMESPACES = 'xmlns:dcc="https://ptb.de/dcc" xmlns:si="https://ptb.de/si"'


def certificate(
    results: str,
    *,
    version: str = "3.3.0",
    number: str = "GP-2026-7",
    dated: str = "2026-03-04",
    items: str = "",
    measurement: str = "",
) -> bytes:
    """A certificate with `results` (`dcc:result` elements); `measurement` is what stands before."""
    item = items or item_of("SN-12")
    return (
        dedent(f"""\
        <?xml version="1.0" encoding="UTF-8"?>
        <dcc:digitalCalibrationCertificate {NAMESPACES} schemaVersion="{version}">
        <dcc:administrativeData>
          <dcc:dccSoftware><dcc:software>
            <dcc:name><dcc:content>Editor</dcc:content></dcc:name><dcc:release>v1</dcc:release>
          </dcc:software></dcc:dccSoftware>
          <dcc:coreData>
            <dcc:countryCodeISO3166_1>DE</dcc:countryCodeISO3166_1>
            <dcc:usedLangCodeISO639_1>de</dcc:usedLangCodeISO639_1>
            <dcc:usedLangCodeISO639_1>en</dcc:usedLangCodeISO639_1>
            <dcc:mandatoryLangCodeISO639_1>de</dcc:mandatoryLangCodeISO639_1>
            <dcc:uniqueIdentifier>{number}</dcc:uniqueIdentifier>
            <dcc:beginPerformanceDate>2026-03-01</dcc:beginPerformanceDate>
            <dcc:endPerformanceDate>{dated}</dcc:endPerformanceDate>
            <dcc:performanceLocation>laboratory</dcc:performanceLocation>
          </dcc:coreData>
          <dcc:items>{item}</dcc:items>
          <dcc:calibrationLaboratory><dcc:contact>
            <dcc:name><dcc:content lang="de">Kalibrierlabor Beispiel</dcc:content>
              <dcc:content lang="en">Example Calibration Laboratory</dcc:content></dcc:name>
            <dcc:eMail>lab@example.com</dcc:eMail>
            <dcc:location><dcc:city>Beispielstadt</dcc:city></dcc:location>
          </dcc:contact></dcc:calibrationLaboratory>
          <dcc:respPersons><dcc:respPerson><dcc:person>
            <dcc:name><dcc:content>M. Muster</dcc:content></dcc:name>
          </dcc:person></dcc:respPerson></dcc:respPersons>
          <dcc:customer>
            <dcc:name><dcc:content>Example Customer</dcc:content></dcc:name>
            <dcc:eMail>customer@example.com</dcc:eMail>
            <dcc:location><dcc:city>Beispielstadt</dcc:city></dcc:location>
          </dcc:customer>
        </dcc:administrativeData>
        <dcc:measurementResults>{measurement or result_of(results)}</dcc:measurementResults>
        </dcc:digitalCalibrationCertificate>
        """)
        .strip()
        .encode()
    )


def item_of(serial: str, *, identity: str = "", maker: str = "Sensor Works") -> str:
    """An item with a serial number, named in German first."""
    named = f' id="{identity}"' if identity else ""
    return f"""<dcc:item{named}>
      <dcc:name><dcc:content lang="de">Temperaturfühler</dcc:content>
        <dcc:content lang="en">Temperature sensor</dcc:content></dcc:name>
      <dcc:manufacturer><dcc:name><dcc:content>{maker}</dcc:content></dcc:name></dcc:manufacturer>
      <dcc:model>TS-100</dcc:model>
      <dcc:identifications>
        <dcc:identification><dcc:issuer>customer</dcc:issuer><dcc:value>INV-9</dcc:value>
          <dcc:name><dcc:content lang="en">Inventory number</dcc:content></dcc:name>
        </dcc:identification>
        <dcc:identification><dcc:issuer>manufacturer</dcc:issuer><dcc:value>{serial}</dcc:value>
          <dcc:name><dcc:content lang="de">Seriennummer</dcc:content>
            <dcc:content lang="en">Serial no.</dcc:content></dcc:name>
        </dcc:identification>
      </dcc:identifications>
    </dcc:item>"""


def result_of(results: str, *, status: str = "") -> str:
    """One `dcc:measurementResult`, of before or after an adjustment where `status` says so."""
    condition = f"<dcc:status>{status}</dcc:status>" if status else ""
    return f"""<dcc:measurementResult>
      <dcc:name><dcc:content>Results</dcc:content></dcc:name>
      <dcc:influenceConditions><dcc:influenceCondition>
        <dcc:name><dcc:content>Temperature</dcc:content></dcc:name>{condition}
        <dcc:data><dcc:quantity><si:real><si:value>23.0</si:value>
          <si:unit>\\degreecelsius</si:unit></si:real></dcc:quantity></dcc:data>
      </dcc:influenceCondition></dcc:influenceConditions>
      <dcc:results>{results}</dcc:results>
    </dcc:measurementResult>"""


def table(name: str, *columns: str, refers: str = "") -> str:
    """One `dcc:result` with one `dcc:list`."""
    to = f' refId="{refers}"' if refers else ""
    return f"""<dcc:result{to}><dcc:name><dcc:content lang="en">{name}</dcc:content></dcc:name>
      <dcc:data><dcc:list>{"".join(columns)}</dcc:list></dcc:data></dcc:result>"""


def column(
    values: str,
    unit: str,
    *,
    kind: str = "",
    name: str = "",
    expanded: str = "",
    k: str = "2",
    version: str = "3.3.0",
) -> str:
    """One column."""
    of = f' refType="{kind}"' if kind else ""
    words = f"<dcc:name><dcc:content>{name}</dcc:content></dcc:name>" if name else ""
    numbers = reals(values, unit, expanded=expanded, k=k, version=version)
    if version == "3.0.0":
        numbers = f"<si:list>{numbers}</si:list>"
    return f"<dcc:quantity{of}>{words}{numbers}</dcc:quantity>"


def reals(
    values: str, unit: str, *, expanded: str = "", k: str = "2", version: str = "3.3.0"
) -> str:
    """The numbers of a column, as its version has them."""
    if version == "3.0.0":
        return _single(values, unit, expanded, k)
    stated = ""
    if expanded and version in OLD:
        stated = f"""<si:expandedUncXMLList>
          <si:uncertaintyXMLList>{expanded}</si:uncertaintyXMLList>
          <si:coverageFactorXMLList>{k}</si:coverageFactorXMLList>
          <si:coverageProbabilityXMLList>0.95</si:coverageProbabilityXMLList>
          </si:expandedUncXMLList>"""
    elif expanded:
        stated = f"""<si:measurementUncertaintyUnivariateXMLList><si:expandedMUXMLList>
          <si:valueExpandedMUXMLList>{expanded}</si:valueExpandedMUXMLList>
          <si:coverageFactorXMLList>{k}</si:coverageFactorXMLList>
          <si:coverageProbabilityXMLList>0.95</si:coverageProbabilityXMLList>
          </si:expandedMUXMLList></si:measurementUncertaintyUnivariateXMLList>"""
    return f"""<si:realListXMLList><si:valueXMLList>{values}</si:valueXMLList>
      <si:unitXMLList>{unit}</si:unitXMLList>{stated}</si:realListXMLList>"""


def _single(values: str, unit: str, expanded: str, k: str) -> str:
    """The list of single values of DCC 3.0, its unit once."""
    uncertainties = expanded.split() or [""] * len(values.split())
    cells = "".join(
        f"<si:real><si:value>{value}</si:value>"
        + (
            f"<si:expandedUnc><si:uncertainty>{u}</si:uncertainty>"
            f"<si:coverageFactor>{k}</si:coverageFactor>"
            "<si:coverageProbability>0.95</si:coverageProbability></si:expandedUnc>"
            if u
            else ""
        )
        + "</si:real>"
        for value, u in zip(values.split(), uncertainties, strict=True)
    )
    return f"<si:realList><si:listUnit>{unit}</si:listUnit>{cells}</si:realList>"


def thermometer(version: str = "3.3.0", **changes: str) -> bytes:
    """A thermometer: reference in kelvin and °C, indication, error with U, at four points."""
    kelvin, celsius = "306.248 373.121 448.253 523.319", "33.098 99.971 175.103 250.169"
    reference = reals(kelvin, "\\kelvin", version=version)
    reference += reals(celsius, "\\degreecelsius", version=version)
    hybrid = f'<dcc:quantity refType="basic_referenceValue"><si:hybrid>{reference}</si:hybrid>'
    results = table(
        "Measuring results",
        f"{hybrid}</dcc:quantity>",
        column(
            "33.10 99.98 175.10 250.20",
            "\\degreecelsius",
            kind="basic_measuredValue",
            version=version,
        ),
        column(
            "0.002 0.009 -0.003 0.0310",
            "\\kelvin",
            kind="basic_measurementError",
            expanded="0.061 0.061 0.0610 0.080",
            k="2.00",
            version=version,
        ),
    )
    return certificate(results, version=version, **changes)
