"""A formula in the notation of TeX as a line that can be read where nothing sets it."""

import re

_SIGNS: dict[str, str] = dict(
    re.findall(
        r"(\w+)=(\S*)",
        """
        times=× cdot=· div=÷ pm=± le=≤ leq=≤ ge=≥ geq=≥ ne=≠ neq=≠ approx=≈ infty=∞ sum=∑ prod=∏ int=∫ to=→
        rightarrow=→ in=∈ ldots=… dots=… partial=∂ degree=° left= right= quad= displaystyle=
        alpha=α beta=β gamma=γ delta=δ epsilon=ε theta=θ lambda=λ mu=μ pi=π rho=ρ sigma=σ tau=τ phi=φ omega=ω
        Delta=Δ Sigma=Σ Omega=Ω
        """,
    )
)
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\s*\{([^{}]*)\}")
_WORDS = re.compile(r"\\(?:text|mathrm|mathbf|mathit|operatorname)\s*\{([^{}]*)\}")
_SCRIPT = re.compile(r"([\^_])(?:\{([^{}]*)\}|([0-9A-Za-z]))")
_NAMED = re.compile(r"\\([A-Za-z]+)")
_NESTED = 5


def readable_formula(source: str) -> str:
    """Return the formula in one line: what there is no sign for stays as it was written."""
    text = source
    for _ in range(_NESTED):  # from the inside out
        text = _WORDS.sub(r"\1", text)
        text = _SCRIPT.sub(_script, text)
        text = _ROOT.sub(r"√(\1)", text)
        text = _FRACTION.sub(lambda found: f"{_grouped(found[1])}/{_grouped(found[2])}", text)
    text = _NAMED.sub(lambda found: _SIGNS.get(found[1], found[0]), text)
    text = re.sub(r"\\[,;:! ]", " ", text).replace(r"\%", "%").replace(r"\$", "$")
    return " ".join(text.split())


def _script(found: re.Match[str]) -> str:
    sign, written = found[1], found[2] if found[2] is not None else found[3]
    table = _RAISED if sign == "^" else _LOWERED
    if all(ord(letter) in table for letter in written):
        return written.translate(table)
    return f"{sign}({written})" if len(written) > 1 else f"{sign}{written}"


def _grouped(text: str) -> str:
    return text if re.fullmatch(r"\\?[0-9A-Za-z.,]+", text.strip()) else f"({text.strip()})"
