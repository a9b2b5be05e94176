"""Pure numbers: uncertainty, conformity, certificates of standards, rounding. No input or output.

Import from the modules: `inputs`, `type_a`, `two_level` and `uncertainty` (the budget),
`multivariate`, `monte_carlo`, `report`, `coverage`, `specification`, `reference`, `conformity`,
`risk`, `cmc`, `rounding`, `units`; docs/metrology.md shows each in use. This package imports none
of them, so that a start-up pays only for what it uses.
"""
