"""What can be wrong with numbers.

MetrologyError
├── BudgetError          an uncertainty budget contradicts itself or cannot be evaluated
├── InvalidNumber        a limit, uncertainty or specification that means nothing
└── CertificateError     the data of a standard's certificate contradict themselves
    └── OutOfCertificate     the certificate does not reach what is asked of it
"""


class MetrologyError(Exception):
    """What, where and what to do, in one or two lines."""


class BudgetError(MetrologyError):
    """An uncertainty budget contradicts itself or cannot be evaluated."""


class InvalidNumber(MetrologyError):
    """A limit, uncertainty or specification that means nothing."""


class CertificateError(MetrologyError):
    """The data of a standard's certificate contradict themselves."""


class OutOfCertificate(CertificateError):
    """The certificate does not reach what is asked of it; nothing is extrapolated."""
