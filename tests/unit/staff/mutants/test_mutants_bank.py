"""The mutants of the real bank, without running them: all of them are programs, all entries true."""

import ast
from pathlib import Path

import pytest

from autograder.staff.mutants import verdicts
from autograder.staff.mutants.mutant import mutants
from autograder.staff.mutants.program import read

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def bank():
    """The mutants of every topic, and the program that they are of."""
    found = {}
    for folder in sorted((ROOT / "assignments" / "questions").iterdir()):
        stub = ast.parse((folder / "stub.py").read_text(encoding="utf-8"))
        functions = [
            node.name for node in stub.body if isinstance(node, ast.FunctionDef | ast.ClassDef)
        ]
        program = read(ROOT / "reference", folder.name, functions)
        found[folder.name] = program, mutants(program)
    return found


def test_every_topic_has_mutants_and_each_an_identity_of_its_own(bank):
    for topic, (_, found) in bank.items():
        assert len(found) > 20, topic
        assert len({mutant.identity for mutant in found}) == len(found), topic


@pytest.mark.exhaustive  # a quarter of a minute or more
def test_every_mutant_is_a_program_that_differs_in_its_own_statement_alone(bank):
    for program, found in bank.values():
        for mutant in found:
            module = program.modules[mutant.module]
            first = module.tree.body[mutant.owner]
            last = ast.parse(mutant.apply(module.text)).body[mutant.owner]
            assert ast.dump(first) != ast.dump(last), mutant


@pytest.mark.exhaustive
def test_no_check_of_an_argument_is_mutated(bank):
    for program, found in bank.values():
        for mutant in found:
            assert mutant.module != "_domain"
            assert not mutant.line.startswith(("require(", "raise ", "import ", "from ", "@"))
            assert mutant.function.rpartition(".")[2] in _defined(program, mutant.module)


def _defined(program, module):
    names = {
        node.name
        for node in ast.walk(program.modules[module].tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    return names | {""}


def test_every_entry_of_the_equivalent_mutants_names_one_that_is_there(bank):
    assert (
        verdicts.stale(verdicts.read_all(ROOT), {t: found for t, (_, found) in bank.items()}) == []
    )
