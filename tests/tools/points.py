"""The points of the yearly assignments beside those of their hand-outs.

python -m tests.tools.points [ASSIGNMENT ...]     all four by default; exits 1 where they differ

For every sub-question: the hand-out's points, the points of the automatic part and of the written answer in
the manifest, and how the automatic points divide among the functions, by the weights of their cases.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from autograder.course.bank import load
from autograder.model import Part

# One line a sub-question: its number, the hand-out's points, those of the written answer, and the functions
# that are handed in with their points. The hand-out of 2020 gives none for 5.4, which is a bonus here.
_ASKED = {
    "a3_2020": """
        1.1 4 0 field_aa=4
        1.2 4 0 field_ab=4
        1.3 4 0 field_ba=4
        1.4 4 0 field_bb=4
        2.1 6 2 diagonal_log_density=4
        2.2 3 0 determinant_cost=3
        2.3 6 2 linear_log_density=4
        2.4 3 0 determinant_cost=3
        3.1 5 2 ecll=1 ecll_terms=2
        3.2 5 2 amortized_and_instance_kl=2 bigger_gap=1
        3.3 6 2 better_approach=4
        4.1 8 4 discrete_elbo+discrete_iwae+refined_proposal=4
        4.2 8 4 expected_refined_proposal=2 bounds_in_order=2
        5.1 5 2 relu_collision=3
        5.2 5 2 sigmoidal_flow=3
        5.3 5 2 residual_inverse=3
        5.4 bonus 2 radial_radius=3
        6.1 4 0 bilinear_update_matrix=4
        6.2 3 2 bilinear_stationary_point=1
        6.3 6 2 bilinear_eigenvalues=2 bilinear_behaviour=2
    """,
    "a3_2021": """
        1.1 7 3 dropout_loss=2 expected_dropout_loss=2
        1.2 5 2 dropout_solution=2 dropout_lambda=1
        1.3 5 2 ridge_loss=1 ridge_solution=2
        1.4 3 2 shrinks_evenly=1
        2.1 5 2 ecll=1 ecll_terms=2
        2.2 5 2 amortized_and_instance_kl=2 bigger_gap=1
        2.3 6 2 better_approach=4
        3.1 6 2 kl_in_data=2 kl_in_base=2
        3.2 4 1 kl_objective=2 forward_objective=0.5 reverse_objective=0.5
        4.1 3 1 jsd_from_discriminator=2
        4.2 7 3 optimal_discriminator=2 density_from_discriminator=2
        5.1 1 0 dirac_velocity=0.5 dirac_stationary_point=0.5
        5.2 2 0 dirac_rest_jacobian=2
        5.3 1 0 dirac_eigenvalues=0.5 dirac_stability=0.5
        5.4 1 0 dirac_velocity=0.5 dirac_stationary_point=0.5
        5.5 2 0 dirac_rest_jacobian=2
        5.6 3 1 dirac_eigenvalues=1 dirac_stability=1
    """,
    "a3_2022": """
        1.1 5 2 ecll=1 ecll_terms=2
        1.2 5 2 amortized_and_instance_kl=2 bigger_gap=1
        1.3 6 2 better_approach=4
        2.1 5 0 field_aa=5
        2.2 5 0 field_ab=5
        2.3 5 0 field_ba=5
        2.4 5 0 field_bb=5
        3.1 6 2 kl_in_data=2 kl_in_base=2
        3.2 4 1 kl_objective=2 forward_objective=0.5 reverse_objective=0.5
        4.1 4 0 bilinear_update_matrix=4
        4.2 3 2 bilinear_stationary_point=1
        4.3 6 2 bilinear_eigenvalues=2 bilinear_behaviour=2
        5.1 4 1 simsiam_loss=1 simsiam_objective=2
        5.2 2 0 predictor_velocity=2
        5.3 8 3 encoder_velocity=2 collapse_operator=2 bound_path=1
        5.4 4 2 collapsed_weights=2
        5.5 2 1 survives=1
    """,
    "a3_2023": """
        1.1 2 1 elbo_and_kl=1
        1.2 2 1 elbo_gradient=0.5 kl_gradient=0.5
        1.3 4 1 amortized_and_instance_kl=2 bigger_gap=1
        1.4 2 1 better_approach=1
        2.1 5 2 posterior_mean=2 posterior_variance=1
        2.2 2 1 unknown_when_sampling=1
        2.3 7 3 prior_matching+denoising_matching+reconstruction+negative_elbo=4
        2.4 2 1 excluded_term=1
        2.5 2 1 trained_parts=1
        2.6 5 2 mean_from_noise=1 loss_weight=2
        2.7 2 1 elbo_loss=1
        3.1 3 1 jsd_from_discriminator=2
        3.2 7 3 optimal_discriminator=2 density_from_discriminator=2
        4.1 4 1 simsiam_loss=1 simsiam_objective=2
        4.2 2 0 predictor_velocity=2
        4.3 8 3 encoder_velocity=2 collapse_operator=2 bound_path=1
        4.4 4 2 collapsed_weights=2
        4.5 2 1 survives=1
    """,
}

# The cases of a public value weigh a hundredth, so that no constant earns more than that.
TOLERANCE = 0.02


@dataclass(frozen=True)
class Asked:
    """The points of one sub-question; functions that share their points are joined by a plus."""

    total: float
    written: float
    functions: dict[str, float]
    bonus: bool = False


@dataclass(frozen=True)
class Row:
    """One sub-question: what the hand-out gives for it, and what the manifest does."""

    number: str
    asked: Asked | None
    given: Asked | None

    @property
    def differences(self) -> list[str]:
        """What of the manifest is not as the hand-out has it, in words."""
        if self.asked is None or self.given is None:
            return ["is not in the " + ("hand-out" if self.asked is None else "assignment")]
        found = []
        for what in ("bonus", "total", "written"):
            asked, given = getattr(self.asked, what), getattr(self.given, what)
            if asked != given:
                found.append(f"{what}: {given:g} instead of {asked:g}")
        for names in sorted(self.asked.functions.keys() | self.given.functions.keys()):
            asked, given = self.asked.functions.get(names, 0), self.given.functions.get(names, 0)
            if abs(asked - given) > TOLERANCE * self.asked.total:
                found.append(f"{names}: {given:g} instead of {asked:g}")
        return found


def rows(assignment: str) -> list[Row]:
    """Every sub-question of a hand-out or of its assignment, in the hand-out's order."""
    asked = _asked(assignment)
    parts = {part.number: part for part in load(assignment).parts}
    numbers = [*asked, *(number for number in parts if number not in asked)]
    if list(parts) != list(asked) and parts.keys() == asked.keys():
        raise ValueError(f"{assignment}: the parts stand in another order than in the hand-out")
    return [
        Row(number, asked.get(number), _given(parts.get(number), asked.get(number)))
        for number in numbers
    ]


def _asked(assignment: str) -> dict[str, Asked]:
    found = {}
    for line in _ASKED[assignment].strip().splitlines():
        number, total, written, *functions = line.split()
        points = {names: float(value) for names, value in (f.split("=") for f in functions)}
        whole = sum(points.values()) + float(written)
        bonus = total == "bonus"
        found[number] = Asked(whole if bonus else float(total), float(written), points, bonus)
    return found


def _given(part: Part | None, asked: Asked | None) -> Asked | None:
    """What the manifest gives; functions are joined as the hand-out's row joins them."""
    if part is None:
        return None
    joined = (
        {name: names for names in asked.functions for name in names.split("+")} if asked else {}
    )
    whole = sum(case.weight for case in part.cases)
    points: dict[str, float] = {}
    for case in part.cases:
        functions = sorted({joined.get(name, name) for name in case.parameters if name != "rng"})
        names = "+".join(functions)
        points[names] = points.get(names, 0) + case.weight / whole * part.points
    return Asked(part.points + part.written, part.written, points, part.bonus)


def main() -> int:
    """Print the tables; 0 where every sub-question has the hand-out's points."""
    parser = argparse.ArgumentParser(
        allow_abbrev=False, prog="python -m tests.tools.points", description=__doc__
    )
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all four")
    names = parser.parse_args().assignments or list(_ASKED)
    if unknown := [name for name in names if name not in _ASKED]:
        parser.error(
            f"no hand-out belongs to {', '.join(unknown)}; choose from {', '.join(_ASKED)}"
        )
    console = Console()
    differing = 0
    for name in names:
        found = rows(name)
        differing += sum(bool(row.differences) for row in found)
        console.print(_table(name, found))
    console.print(f"{differing} sub-questions differ from the hand-outs")
    return 1 if differing else 0


def _table(name: str, found: list[Row]) -> Table:
    table = Table("part", "hand-out", "automatic + written", "by function", title=name)
    for row in found:
        given = row.given
        if given is None:
            table.add_row(row.number, "", "", "; ".join(row.differences))
            continue
        asked = "" if row.asked is None else "bonus" if row.asked.bonus else f"{row.asked.total:g}"
        split = f"{given.total - given.written:g} + {given.written:g}"
        functions = [
            f"{names.replace('+', ' + ')} {value:.3g}" for names, value in given.functions.items()
        ]
        table.add_row(row.number, asked, split, "\n".join([*functions, *row.differences]))
    total = sum(row.asked.total for row in found if row.asked and not row.asked.bonus)
    mine = [row.given for row in found if row.given and not row.given.bonus]
    written = sum(given.written for given in mine)
    automatic = sum(given.total for given in mine) - written
    table.add_section()
    table.add_row("", f"{total:g}", f"{automatic:g} + {written:g}", "")
    return table


if __name__ == "__main__":
    sys.exit(main())
