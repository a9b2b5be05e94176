"""Pure numbers: uncertainty, conformity, certificates of standards, rounding. No input or output.

Import from the modules: `inputs` and `uncertainty` (the budget), `monte_carlo`, `coverage`,
`specification`, `reference`, `conformity`, `rounding`. This package imports none of them, so that
a start-up pays only for what it uses.
"""
