"""Golden files: what the program writes, kept to be reviewed as a diff. Renew them with ``make golden``."""

from collections.abc import Callable
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--renew", action="store_true", help="write the golden files anew instead of comparing"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with a golden file by its name in this folder, or renew the file."""
    # Unknown where the tests above are collected: the option then comes too late to be parsed.
    renew = request.config.getoption("--renew", default=False)

    def same(name: str, text: str) -> None:
        path = FOLDER / name
        if renew:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        assert path.is_file(), f"there is no golden file {name}; make golden writes it"
        assert text == path.read_bytes().decode(), f"{name} differs; renew it with make golden"

    return same
