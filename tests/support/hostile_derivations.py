"""Answers that mean harm, and what each costs.

Run as a module, it reads the names of answers, and prints a line of JSON for each.

Each answer is judged in a child of its own, forked when everything is loaded, so that its processor time
and its memory are its alone.
"""

import json
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ECLL = "vae.ecll_derivation"
GRADIENT = "regularization.minimizer_derivation"
KRON = "simsiam.vec_derivation"
MASKED = "regularization.expected_derivation"
NORMAL = "reparameterization.linear_derivation"
SUMS = "ddpm.bound_derivation"

SECONDS = 20  # of processor time, after which a child is killed


class Hostile(NamedTuple):
    """An answer.

    Attributes:
        what: what is tried.
        name: the derivation that it is handed in for.
        lines: what the student's function returns.
    """

    what: str
    name: str
    lines: Any


def answers() -> Iterator[Hostile]:
    """Every hostile answer."""
    for what, lines in (*_depth(), *_length(), *_numbers(), *_words(), *_characters(), *_values()):
        yield Hostile(what, ECLL, lines)
    yield from _matrices()
    yield from _typeset()
    yield from _costly()


def _depth() -> Iterator[tuple[str, Any]]:
    yield "deep brackets", ["(" * 900 + "q" + ")" * 900]
    yield "open brackets", ["(" * 2000]
    yield "mixed brackets", ["([" * 500 + "q" + "])" * 499]
    yield "many signs", ["-" * 1999 + "q"]
    yield "many pluses", ["+" * 1999 + "q"]
    yield "nested calls", ["log(" * 400 + "q" + ")" * 400]
    yield "nested expectations", ["E(" * 95 + "q" + ")" * 95, "= " + "E(" * 95 + "q" + ")" * 95]
    yield "nested divergences", ["KL(q," * 90 + "q" + ")" * 90]
    yield "many transposes", ["q" + ".T" * 990]
    yield "many superscripts", ["q" + "²" * 1900]
    deep = "-(" * 45 + "{}" + ")" * 45
    yield (
        "abbreviations that deepen",
        ["let a0 = q", *(f"let a{i + 1} = {deep.format(f'a{i}')}" for i in range(50)), "a50"],
    )


def _length() -> Iterator[tuple[str, Any]]:
    yield "a long sum", ["+".join(["q"] * 900)]
    for sign in "+-*/":
        terms = sign.join(["q"] * 900)
        yield f"a long false line with {sign}", [f"E({terms})", f"= E({terms}+1)", f"= E({terms})"]
    yield "a long product", ["*".join(["q"] * 900)]
    yield "a long name", ["q" * 1999]
    yield "ten million letters", ["q" * 10_000_000]
    yield "ten million blanks", [" " * 10_000_000 + "q"]
    yield "a million lines", ["log(p_x)"] * 1_000_000
    yield "a million empty lines", [""] * 1_000_000
    yield "thousands of abbreviations", [f"let a{i} = q" for i in range(5_000)]
    for sign in "+*-/":
        chain = (f"let a{i + 1} = a{i} {sign} a{i}" for i in range(55))
        yield f"doubling abbreviations with {sign}", ["let a0 = q", *chain, "E(a55)"]
    powers = (f"let a{i + 1} = a{i}**a{i}" for i in range(55))
    yield "abbreviations in powers", ["let a0 = q", *powers, "E(a55)"]
    unused = (f"let a{i + 1} = a{i} * a{i} + a{i}" for i in range(6))
    yield "abbreviations that nobody uses", ["let a0 = log(q)", *unused, "log(p_x)", "= log(p_x)"]
    terms = "+".join(["log(q*p_z)"] * 60)
    yield "sixty long lines", [f"E({terms})", *[f"= E({terms}+{i}-{i})" for i in range(1, 59)]]
    yield "many arguments", ["E(" + ",".join(["q"] * 900) + ")"]
    yield "many sides", ["=".join(["q"] * 900)]


def _numbers() -> Iterator[tuple[str, Any]]:
    for written in (
        "9**9**9",
        "9**9**9**9**9**9**9",
        "2" + "**2" * 300,
        "9" * 1999,
        "9.9**9999",
        "1e308*1e308",
        "1e999",
        "1e-999",
        "1" + "e1" * 500,
        "0**-1",
        "(-1)**0.5",
        "1/0",
        "log(0)",
        "log(-1)",
        "sqrt(-1)",
        "0x7fffffff",
        "1_000_000",
        "1j",
        "inf",
        "nan",
        "exp(exp(exp(exp(9))))",
        "9" * 300 + "**" + "9" * 300,
        "9" * 400 + ".5",
    ):
        yield f"a number of {len(written)} signs, {written[:16]}", [written, f"= {written}"]


def _words() -> Iterator[tuple[str, Any]]:
    for written in (
        "open('/etc/passwd')",
        "eval(q)",
        "exec(q)",
        "__import__('os')",
        "().__class__",
        "q.__class__",
        "print(q)",
        "getattr(q, q)",
        "globals()",
        "breakpoint()",
        "input()",
        "lambda q: q",
        "(q := 1)",
        "[q for q in q]",
        "q if q else q",
        "q; import os",
        "{q}",
        "{0.__class__}",
        "%s%s%s",
        "E.__init__(q)",
        "torch.load(q)",
        "self",
        "None",
        "True",
        "__builtins__",
        "let __class__ = q",
        "let log = q",
        "import os",
        "del q",
    ):
        yield f"the words {written}", [written, f"= {written}"]


def _characters() -> Iterator[tuple[str, Any]]:
    for what, written in (
        ("a Cyrillic letter", "р_z"),
        ("a Greek omicron", "ο"),
        ("full width", "ｑ ＋ ｑ"),
        ("bold", "𝐪"),
        ("a NUL", "q\0"),
        ("newlines", "q\n+ q"),
        ("a lone surrogate", "\ud800 + q"),
        ("an escape", "\x1b[31mq"),
        ("right to left", "\u202eq"),
        ("no width", "q\u200b\u200d\ufeff"),
        ("a line separator", "q\u2028= 1"),
        ("only accents", "\u0304" * 50),
        ("a thousand accents", "α" + "\u0304" * 1000),
        ("Arabic digits", "٣ * q"),
        ("a long ligature", "\ufdfa" * 100),
        ("private use", "\ue000"),
        ("emoji", "q 👍"),
        ("a tag", "<b>q</b>"),
        ("a formula of TeX", "\\input{/etc/passwd}"),
        ("subscripts", "q₀₁₂₃₄₅₆₇₈₉" * 100),
    ):
        yield what, [written, f"= {written}"]


def _values() -> Iterator[tuple[str, Any]]:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    cyclic: list[Any] = []
    cyclic.append(cyclic)
    yield "no list", 3
    yield "nothing", None
    yield "bytes", [b"q"]
    yield "a list that holds itself", cyclic
    yield "a very deep list", nested
    yield "a wide list in a list", [list(range(5_000_000))]
    yield "a large number in a list", [10**100_000]
    yield "a dict", {"log(p_x)": 1}


def _matrices() -> Iterator[Hostile]:
    for what, formula in (
        ("Kronecker products", "kron(kron(kron(kron(X, X), X), X), X)"),
        ("an outer product", "vec(kron(X, X)) @ vec(kron(X, X)).T"),
        ("a diagonal of an outer product", "diag(vec(kron(X, X)) @ vec(W).T)"),
        ("a diagonal", "diag(vec(kron(kron(X, X), X)))"),
        ("a product of many", "@".join(["kron(kron(X, W), X)", "kron(kron(X, W.T), X)"] * 30)),
        ("a large power", "X**1000000"),
        ("a negative power", "X**-1000000"),
        ("a power of half", "X**0.5"),
        ("powers of powers", "(((((X**4)**4)**4)**4)**4)**4"),
        ("a power that is huge", "X**9**9**9"),
        ("a matrix in an exponent", "2**X"),
        (
            "many inverses",
            "+".join(
                f"tr(inv(kron(kron(X, X), I) + {n} * kron(kron(X, X), I)))" for n in range(35)
            ),
        ),
        ("many determinants", "+".join(["det(kron(kron(X, X), X))"] * 60)),
    ):
        yield Hostile(what, KRON, [formula, f"= {formula} * 1"])
    squares = (f"let A{i + 1} = A{i} @ A{i}" for i in range(50))
    yield Hostile("squares of squares", KRON, ["let A0 = X", *squares, "A50"])
    grown = (f"let A{i + 1} = kron(A{i}, A{i})" for i in range(20))
    yield Hostile("Kronecker squares", KRON, ["let A0 = X", *grown, "A20"])
    for what, formula in (
        ("a gradient of a gradient", "grad(grad(norm2(w), w), w)"),
        ("a gradient in an abbreviation", "grad(norm2(A), w)"),
        ("many gradients", "+".join(["grad(norm2(X @ w), w)"] * 80)),
        ("a gradient of a tower", "grad(" + "exp(" * 60 + "norm2(w)" + ")" * 60 + ", w)"),
        ("gradients by what is none", "grad(w, norm2(w))"),
    ):
        yield Hostile(what, GRADIENT, ["let A = grad(norm2(w), w)", f"{formula} = 0", "w = w"])
    yield Hostile("an axis that is none", SUMS, ["KL(q_x1, q_x1, q_x1)", "= KL(q_x1, x1, x1)"])
    yield Hostile("a mean of the wrong shape", NORMAL, ["N(S, S, S)", "= N(1, 1, 1)"])


def _typeset() -> Iterator[Hostile]:
    """What is easy to compute, and is nested so that it could be hard to typeset."""
    right, left = "log(q)", "log(q)"
    for _ in range(45):
        right, left = f"q * log({right})", f"log({left}) * q"
    negative, power = "-q" + " * -q" * 90, "(" * 90 + "q" + ")**1" * 90
    quotient = "(" * 90 + "q" + "/q)" * 90
    for what, written in (
        ("right", right),
        ("left", left),
        ("signs", negative),
        ("powers", power),
        ("fractions", quotient),
    ):
        yield Hostile(f"typeset: {what}", ECLL, [written, f"= {written}"])
    product = " * ".join(["(X * R)"] * 90)
    yield Hostile("typeset: entry by entry", MASKED, [product, f"= {product}"])
    prefix = "w" + "@ w.T @ w" * 40
    yield Hostile("typeset: matrices", MASKED, [prefix, f"= {prefix}"])


def _costly() -> Iterator[Hostile]:
    """What may be read and computed, and is made to cost as much as it can."""
    product = "*".join(["p"] * 90)
    lines = [" + ".join([f"E(norm2(X * R)) * {product}"] * 6)] * 58
    yield Hostile("products entry by entry", MASKED, [lines[0], *(f"= {line}" for line in lines)])
    square = "kron(kron(X, X), kron(X, I))"
    many = " + ".join(f"{n + 1} * {square}" for n in range(20))
    yield Hostile("large sums that are false", KRON, [many, f"= {many} + {square}"])
    each = [f"E(log({n} + q * p_z / p_xz))" for n in range(1, 60)]
    for wrong in ("E(log(p_x))", "E(q)"):
        line = " + ".join(each)
        yield Hostile(f"a long false line with {wrong}", ECLL, [line, f"= {line} + {wrong}"])
    bayes = " + ".join(f"E(log(p_z_given_x * p_x * {n}) / p_xz)" for n in range(1, 40))
    yield Hostile(
        "long lines that show steps", ECLL, [bayes, *[f"= {bayes} + 0 * {n}" for n in range(40)]]
    )
    matrices = "w" + "@ w.T @ w" * 180
    yield Hostile("a long product of matrices", MASKED, [matrices, f"= {matrices}+w"])
    scalars = "*".join(["2*p"] * 400)
    yield Hostile("a long product of numbers", MASKED, [scalars, f"= {scalars}*p*p/3"])
    start = "grad(norm2(y - p * X @ w) + p * (1 - p) * norm2(Gamma @ w), w)"
    for what, terms in (
        ("one after the other", "+".join(f"w*{n}" for n in range(130))),
        ("of numbers", "*".join(["2"] * 800)),
        ("of products", "*p@".join(["Gamma"] * 120) + "@w"),
        ("that are 0", "-".join(["(w-w)"] * 250)),
    ):
        added = f"{start} + ({terms}) - ({terms}) = 0"
        lines = [f"{start} = 0", added if len(added) < 2000 else f"{start} * ({terms}) = 0"]
        yield Hostile(f"steps with terms {what}", GRADIENT, lines)
    table = " * ".join(["p_all / q_all"] * 40)
    yield Hostile(
        "tables with many axes", SUMS, [f"E({table})", *[f"= E({table})"] * 30, "= log(p_x0)"]
    )


def measure(hostile: Hostile) -> dict[str, Any]:
    """Judge an answer in a child, and tell what it cost."""
    from autograder.course.bank.derivations import derivation
    from autograder.derivations.transcript import judged

    declared = derivation(hostile.name)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        before = _resident()
        try:
            said = judged(declared, hostile.lines).summary
        except BaseException as error:  # a test reads it
            said = f"raised {type(error).__name__}: {error}"
        usage = resource.getrusage(resource.RUSAGE_SELF)
        cost = {
            "seconds": usage.ru_utime + usage.ru_stime,
            "megabytes": (usage.ru_maxrss - before) / 1024,
        }
        found = {"what": hostile.what, **cost, "said": said[:500]}
        os.write(write, json.dumps(found).encode("ascii"))
        os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read, "rb") as pipe:
        found = json.loads(pipe.read() or b"{}")
    return found or {"what": hostile.what, "seconds": SECONDS, "megabytes": 0, "said": "killed"}


def _resident() -> int:
    """The memory of this process, in kB: a child begins with as much."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(pages[1]) * resource.getpagesize() // 1024


def main() -> None:
    """Judge one answer of each question, so that everything is loaded, and then measure those asked for."""
    from autograder import check_derivation

    found = {hostile.what: hostile for hostile in answers()}
    for name in sorted({hostile.name for hostile in found.values()}):
        check_derivation(name, ["1", "= 2"])
    for line in sys.stdin:
        print(json.dumps(measure(found[line.rstrip("\n")])), flush=True)


if __name__ == "__main__":
    main()
