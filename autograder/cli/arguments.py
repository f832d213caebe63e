"""Arguments that several commands take, and the numbers that options accept."""

from __future__ import annotations

import argparse


def add_assignment(command: argparse.ArgumentParser) -> None:
    """The assignment, which must be named."""
    command.add_argument(
        "-a",
        "--assignment",
        required=True,
        help="a manifest's name, such as deep_generative_models, or a path to one",
    )


def add_isolation(command: argparse.ArgumentParser) -> None:
    """How much of the sandbox must be there."""
    command.add_argument(
        "--isolation",
        choices=("strict", "best-effort", "none"),
        default="strict",
        help="strict (default) refuses to run if an essential layer is missing; best-effort runs and "
        "says so in the report; none is for your own code",
    )


def count(text: str) -> int:
    """A whole number of at least 1."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"invalid count {text!r}; give 1 or more")
    return int(text)


def minutes(text: str) -> float:
    """A time in minutes, more than 0."""
    value = _number(text)
    if not 0 < value < 10_000:
        raise argparse.ArgumentTypeError(f"invalid time {text!r}; give minutes, more than 0")
    return value


def percent(text: str) -> float:
    """A share from 0 to 100."""
    value = _number(text)
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(f"invalid share {text!r}; give a number from 0 to 100")
    return value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return -1.0
