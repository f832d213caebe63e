"""The one way in which the reference refuses an argument outside its domain."""


def require(condition: object, argument: str, rule: str) -> None:
    """Raise unless ``condition`` holds.

    Args:
        condition: whether the argument lies in the domain; anything with a truth value.
        argument: the argument's name, as the signature spells it.
        rule: what the argument must be, worded to follow "must", such as ``"be positive"``.

    Raises:
        ValueError: ``"<argument> must <rule>"`` where the condition does not hold.
    """
    if not condition:
        raise ValueError(f"{argument} must {rule}")
