import autograder.testing


def test_the_public_names_are_these():
    assert autograder.testing.__all__ == [
        "AxesData",
        "CurveData",
        "FigureData",
        "Misconception",
        "Mismatch",
        "as_array",
        "as_tensor",
        "assert_all",
        "assert_close",
        "assert_equal",
        "assert_frame_close",
        "assert_one_of",
        "assert_same_distribution",
        "assert_same_set",
        "assert_score",
        "figure_data",
        "integers",
        "misconception",
        "normal",
        "uniform",
        "unpack",
        "via",
    ]


def test_every_public_name_is_there_and_explained():
    for name in autograder.testing.__all__:
        assert getattr(autograder.testing, name).__doc__
