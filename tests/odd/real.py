from tests.odd import Odd

REAL: dict[str, Odd] = {}
