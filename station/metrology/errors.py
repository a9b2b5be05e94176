"""What can be wrong with numbers.

MetrologyError
├── BudgetError          an uncertainty budget contradicts itself or cannot be evaluated
├── InvalidNumber        a limit, uncertainty or specification that means nothing
├── OutOfValidity        a formula is asked for what its source does not cover
├── OutOfScope           a result is outside the accredited scope
├── CertificateError     the data of a standard's certificate contradict themselves
│   └── OutOfCertificate     the certificate does not reach what is asked of it
└── FitError             points that do not determine the curve asked for
    └── OutOfFit             the curve was not fitted where it is asked for a value
"""


class MetrologyError(Exception):
    """What, where and what to do, in one or two lines."""


class BudgetError(MetrologyError):
    """An uncertainty budget contradicts itself or cannot be evaluated."""


class InvalidNumber(MetrologyError):
    """A limit, uncertainty or specification that means nothing."""


class OutOfValidity(MetrologyError):
    """A formula is asked for what its source does not cover; nothing is extrapolated."""


class OutOfScope(MetrologyError):
    """A result is outside the accredited scope, and may not carry the accreditation mark."""


class CertificateError(MetrologyError):
    """The data of a standard's certificate contradict themselves."""


class OutOfCertificate(CertificateError):
    """The certificate does not reach what is asked of it; nothing is extrapolated."""


class FitError(MetrologyError):
    """Points that do not determine the curve, trend or model asked for."""


class OutOfFit(FitError):
    """The curve was not fitted where it is asked for a value; nothing is extrapolated."""
