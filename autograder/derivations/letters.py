"""Letters and signs beyond ASCII: what they stand for in the language, and what to write instead."""

from __future__ import annotations

import unicodedata
from typing import Final

GREEK: Final = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "eps", "ϵ": "eps", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ϑ": "theta", "κ": "kappa", "λ": "lam", "μ": "mu", "µ": "mu",
    "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega",
    "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma",
    "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
"""Greek letters that names may hold. Those that look like Latin ones (Α, Ε, ο) are left out."""

SPELLED: Final = {"epsilon": "eps", "lambda": "lam"}
"""Other spellings of the names above."""

_ACCENTS: Final = {"\u0304": "bar", "\u0305": "bar", "\u0303": "tilde"}
_SUBSCRIPTS: Final = dict(zip("₀₁₂₃₄₅₆₇₈₉ₜₚᵢₓ", "0123456789tpix", strict=True))
_SUPERSCRIPTS: Final = {
    **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True)),
    "⁻": "-",
    "ᵀ": "T",
}

OPERATORS: Final = {
    "−": "-", "–": "-", "—": "-", "·": "*", "⋅": "*", "×": "*", "∗": "*", "⊙": "*", "∘": "*",
    "÷": "/", "∕": "/", "⁄": "/",
    "≤": "<=", "⩽": "<=", "≥": ">=", "⩾": ">=", "∝": "~", "∼": "~",
}  # fmt: skip
"""Signs that stand for one of the language's own."""

INSTEAD: Final = {
    "^": "write ** for a power",
    "'": "write .T for a transpose",
    "′": "write .T for a transpose, or the name of the symbol",
    "⊤": "write .T for a transpose",
    "†": "write .T for a transpose",
    "⊗": "write kron(A, B)",
    "‖": "write norm2(v) for a squared norm",
    "∥": "write norm2(v) for a squared norm",
    "|": "a conditional distribution has its own name, such as p_x_given_z; write abs(a) for an absolute "
    "value, norm2(v) for a squared norm, KL(a, b) for a divergence",
    "√": "write sqrt(a)",
    "∑": "write sum(f)",
    "∏": "write prod(v), or the factors one by one",
    "∫": "write the question's operator for this integral, such as sum(f)",
    "∇": "write grad(f, w)",
    "∂": "write grad(f, w)",
    "𝔼": "write E(f)",
    "{": "use round brackets",
    "}": "use round brackets",
    "\\": "this is not LaTeX: write alpha, not \\alpha",
    "$": "this is not LaTeX: write the formula alone",
    "#": "put the reason into the written answer",
    "%": "write a fraction",
    ":": "write let A = ... for an abbreviation",
    ";": "put the rest on a separate line",
    "!": "write products out",
    '"': "write the formula alone",
    "`": "write the formula alone",
    "≈": "each line begins with an exact relation: = <= >= ~",
    "≠": "each line begins with an exact relation: = <= >= ~",
    "⇒": "write each equation on a separate line",
    "⟹": "write each equation on a separate line",
    "→": "write each equation on a separate line",
    "∞": "limits are not part of the language",
    "…": "write all terms out",
}
"""What to write instead of signs that students type and the language does not have."""


def is_letter(char: str) -> bool:
    """Whether a name may begin with this character."""
    return (char.isascii() and char.isalpha()) or char == "_" or char in GREEK or _accented(char)


def name_end(text: str, start: int) -> int:
    """Where the name that begins at a place ends."""
    end = start
    while end < len(text) and (
        is_letter(text[end])
        or (text[end].isascii() and text[end].isdigit())
        or text[end] in _SUBSCRIPTS
        or (end > start and text[end] in _ACCENTS)
    ):
        end += 1
    return end


def spelled(written: str) -> str:
    """A name in ASCII: Greek spelled out, ``ᾱ`` as ``abar``, subscripts as plain characters."""
    found: list[str] = []
    for char in unicodedata.normalize("NFD", written):
        if char in _ACCENTS and found:
            found[-1] = found[-1][:1] + _ACCENTS[char]
        else:
            found.append(GREEK.get(char) or _SUBSCRIPTS.get(char) or char)
    return "".join(found)


def superscript(text: str, start: int) -> tuple[str, int]:
    """The superscript that begins at a place in plain characters, and where it ends."""
    end = start
    while end < len(text) and text[end] in _SUPERSCRIPTS:
        end += 1
    return "".join(_SUPERSCRIPTS[char] for char in text[start:end]), end


def stranger(char: str) -> str:
    """What to say about a character that the language does not have."""
    shown = f"{char!r}" if char.isprintable() else f"U+{ord(char):04X}"
    if char in INSTEAD:
        return f"{shown} is not in the language; {INSTEAD[char]}"
    label = unicodedata.name(char, "")
    if not char.isascii():
        shown += f" ({label or 'a character without a name'})"
    plain = unicodedata.normalize("NFKC", char)
    if plain != char and len(plain) == 1 and (plain.isascii() or plain in GREEK):
        return f"{shown} is not in the language; write {GREEK.get(plain, plain)}"
    return f"{shown} is not in the language; type the line again in plain letters"


def _accented(char: str) -> bool:
    parts = unicodedata.normalize("NFD", char)
    return len(parts) == 2 and parts[0] in GREEK and parts[1] in _ACCENTS
