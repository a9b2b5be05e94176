"""The report of a proof: the same facts as Markdown and as JSON, reproducible from the seed."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from station.metrology.rounding import setting_scale
from station.software import software, software_digest
from station.validation.drawing import TIMES_DRAWN
from station.validation.finding import (
    ALLOWANCE,
    CONFIDENCE,
    FALSE_ALARM,
    Decisions,
    Finding,
    Group,
    Study,
)
from station.validation.subject import Subject

HOW = f"""\
Each trial is a whole run on the virtual clock: the real engine, the real drivers, simulated
instruments in this process, a journal of its own. Drawn for every trial, from its own stream of
random numbers: the room's conditions, within the limits of the method; the true errors of the DUT,
{TIMES_DRAWN:g} times those of a good specimen, so that some points fail; the true errors of the
standard; and the certificate of the standard, as its laboratory would have issued it: the
standard's true output, less a change since then drawn evenly from within the stated stability, plus
an error of the laboratory drawn normally with the stated U/k; one draw of each for a range.

A point is covered when y ± U, unrounded, holds the DUT's true error in the room as it was. Results
of one trial hang together (one certificate, one room, one error a range); the intervals are exact
binomial ones (Clopper-Pearson, {100 * CONFIDENCE:g} %) with the number of independent results that
the scatter from trial to trial lets infer (Korn and Graubard)."""

RULE = """\
"NOT COMPATIBLE" is a coverage that would occur with a probability of less than {alarm:g} %, divided
among all groups, if the true one were {least:.2f} %: what the rule of EA-4/02 M:2022, S9, for a
dominant rectangular term still covers at its limit where {claim:.2f} % are asked for.
"Compatible with about 95 %" is compatible with that and not with the full {claim:.2f} %.
"WIDER THAN THE LIMITS" is a mean U beyond the limits: it may well cover, and decides nothing, as
where readings of an output that has not settled scatter."""

RISKS = """\
Predicted is the sum of the specific risks that the runs state; the scatter is that of independent
points. A specific risk takes all true errors to be equally likely; a population need not have them
so."""


@dataclass(frozen=True)
class Report:
    """A study, and all that is needed to repeat it."""

    subject: Subject
    study: Study
    seed: int
    command: str

    @property
    def verdict(self) -> str:
        """One line that says what was found."""
        study = self.study
        if not study.groups:
            return "INCOMPLETE: no point was measured; nothing is proved."
        start = "" if study.complete else f"INCOMPLETE ({study.trials} of {study.planned} trials): "
        if study.proved:
            less = sum(each.finding is Finding.APPROXIMATE for each in study.groups)
            share = f"{less} of {len(study.groups)} groups"
            but = f"; it is below {100 * study.claim:.2f} % in {share}" if less else ""
            return f"{start}Coverage is compatible with the claim of about 95 %{but}."
        wrong = [
            f"{what}: {', '.join(map(self.label, groups))}."
            for what, groups in (
                ("Coverage is NOT COMPATIBLE with the claim of about 95 %", study.too_low),
                ("U is WIDER THAN THE LIMITS", study.too_wide),
            )
            if groups
        ]
        return start + " ".join(wrong)

    def label(self, group: Group) -> str:
        """Return the name of a group, e.g. "dc-voltage, 10 V"."""
        if group.range is None:
            return group.test or "all points"
        unit = next(test.range_unit for test in self.subject.tests if test.name == group.test)
        chosen = setting_scale(unit, group.range)
        return f"{group.test}, {float(chosen.apply(group.range)):.7g} {chosen.unit}"

    def as_json(self) -> str:
        """Return the report as JSON."""
        study = self.study
        return json.dumps(
            {
                "verdict": self.verdict,
                "proved": study.proved if study.groups else None,
                "complete": study.complete,
                **self._facts(),
                "claim": study.claim,
                "least": study.claim - ALLOWANCE,
                "confidence": CONFIDENCE,
                "false_alarm": FALSE_ALARM,
                "overloaded_points": study.overloaded,
                "coverage": [self._group(group) for group in study.groups],
                "decisions": [_decision(each) for each in study.decisions],
            },
            indent=2,
            ensure_ascii=False,
        )

    def as_markdown(self) -> str:
        """Return the report as Markdown."""
        return "\n".join(self._lines())

    def _facts(self) -> dict[str, Any]:
        subject, study = self.subject, self.study
        procedure = subject.procedure
        return {
            "procedure": procedure.name,
            "revision": procedure.revision,
            "procedure_digest": procedure.digest(subject.items),
            "software": software(),
            "software_digest": software_digest(),
            "dut": ", ".join(item.model for item in subject.items.values()),
            "bench": subject.bench.bench.name,
            "bench_digest": hashlib.sha256(subject.content).hexdigest(),
            "certificates": {
                role: {"number": each.certificate.number, "digest": each.digest}
                for role, each in subject.standards.items()
            },
            "rule": subject.rule,
            "points": sum(len(test.points) for test in subject.tests),
            "seed": self.seed,
            "trials": study.trials,
            "planned": study.planned,
            "command": self.command,
        }

    def _lines(self) -> Iterator[str]:
        study, facts = self.study, self._facts()
        yield f"# Proof by simulation: {facts['procedure']}\n"
        yield f"**{self.verdict}**\n"
        yield "| | |\n|---|---|"
        yield f"| procedure | {facts['procedure']}, revision {facts['revision']} |"
        yield f"| its digest | `{facts['procedure_digest']}` |"
        yield f"| software | {facts['software']}, sources `{facts['software_digest']}` |"
        yield f"| DUT | {facts['dut']}, {facts['points']} points |"
        yield f"| bench | {facts['bench']}, `{facts['bench_digest']}` |"
        for role, each in facts["certificates"].items():
            yield f"| U and stability of the {role} | {each['number']}, `{each['digest']}` |"
        yield f"| decision rule | {facts['rule']} |"
        yield f"| trials, seed | {study.trials} of {study.planned}, {self.seed} |"
        yield f"| command | `{self.command}` |\n"
        yield f"{HOW}\n"
        if study.groups:
            yield from self._tables()

    def _tables(self) -> Iterator[str]:
        study = self.study
        yield f"## Coverage, claimed {100 * study.claim:.2f} %\n"
        yield "| | covered | coverage | interval | mean \\|error/U\\| | worst, trial | U/limit | |"
        yield "|---|--:|--:|---|--:|---|--:|---|"
        for group in study.groups:
            many, name = group.covered, self.label(group)
            yield (
                f"| {name if group.range is not None else f'**{name}**'} "
                f"| {many.successes}/{many.total} | {100 * many.share:.1f} % "
                f"| {100 * group.low:.1f} … {100 * group.high:.1f} % | {group.mean_ratio:.2f} "
                f"| {group.worst.ratio:.2f}, {group.worst_trial} | {group.mean_width:.2f} "
                f"| {group.finding.value} |"
            )
        yield f"\nPoints without a result because the DUT showed overload: {study.overloaded}.\n"
        yield RULE.format(
            alarm=100 * FALSE_ALARM, least=100 * (study.claim - ALLOWANCE), claim=100 * study.claim
        )
        yield "\n## Decisions\n"
        yield "| verdict | points | false | predicted |\n|---|--:|--:|--:|"
        for each in study.decisions:
            yield (
                f"| {each.verdict.value} | {each.count} | {each.false} "
                f"({100 * each.false / each.count:.2f} %) | {each.predicted:.1f} ± "
                f"{each.scatter:.1f} ({100 * each.predicted / each.count:.2f} %) |"
            )
        yield f"\n{RISKS}"

    def _group(self, group: Group) -> dict[str, Any]:
        return {
            "test": group.test or None,
            "range": group.range,
            "covered": group.covered.successes,
            "total": group.covered.total,
            "independent": group.covered.effective,
            "coverage": group.covered.share,
            "interval": [group.low, group.high],
            "mean_ratio": group.mean_ratio,
            "mean_width": group.mean_width,
            "worst_ratio": group.worst.ratio,
            "worst_point": group.worst.point,
            "worst_trial": group.worst_trial,
            "finding": group.finding.value,
        }


def _decision(each: Decisions) -> dict[str, Any]:
    return {
        "verdict": each.verdict.value,
        "points": each.count,
        "false": each.false,
        "predicted": each.predicted,
        "scatter": each.scatter,
    }
