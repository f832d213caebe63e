from tests.odd import Odd

FILES: dict[str, Odd] = {}
