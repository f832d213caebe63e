import pytest

from autograder.testing import via


class Proxy:
    """Stands for a function in the cage."""

    def __init__(self):
        self.calls = []

    def __autograder_via__(self, driver, arguments):
        self.calls.append((driver, arguments))
        return "from the cage"


def driver(function, *rest):
    return function, rest


def test_without_a_proxy_the_driver_is_called():
    assert via(driver, len, 2, [3]) == (len, (2, [3]))
    assert via(dict) == {}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda proxy: proxy,
        lambda proxy: [1, proxy],
        lambda proxy: (proxy, 1),
        lambda proxy: {"f": proxy},
        lambda proxy: [({"f": [1, (proxy,)]},)],
    ],
)
def test_a_proxy_anywhere_takes_the_driver_with_all_arguments(wrap):
    proxy = Proxy()
    argument = wrap(proxy)
    assert via(driver, 1, argument, 2) == "from the cage"
    [(called, arguments)] = proxy.calls
    assert called is driver
    assert arguments[1] is argument
    assert (arguments[0], arguments[2]) == (1, 2)


def test_only_the_type_makes_a_proxy():
    class Plain:
        pass

    value = Plain()
    value.__autograder_via__ = lambda *_: "no"
    assert via(driver, value) == (value, ())


def test_several_proxies_make_one_call():
    first, second = Proxy(), Proxy()
    assert via(driver, first, second) == "from the cage"
    assert len(first.calls) + len(second.calls) == 1


def test_a_list_that_holds_itself_is_only_looked_through_once():
    value = [1]
    value.append(value)
    assert via(driver, value)[0] is value
    value.append(Proxy())
    assert via(driver, value) == "from the cage"


def test_what_a_driver_raises_comes_out():
    with pytest.raises(ZeroDivisionError):
        via(lambda: 1 / 0)
