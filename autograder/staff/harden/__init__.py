"""Hidden cases by search: `autograder harden QUESTION` writes what a question's graded cases lack.

It needs the reference, the stub with its docstrings, and the public cases; at most, where those do not say
enough, a declaration in `harden.py` of the question's folder (see `question`).

How a case comes about:

    question    the files of one question, and what its author declared
    observed    the calls that the public cases make, and how they judge what comes back
    domains     what the docstrings say: shapes, and which numbers an argument may hold
    trees       the arguments of a call as trees, whose leaves are drawn
    building    such trees out of the arguments that a public case gave
    template    a call whose arguments are trees: its text, and a draw of its arguments
    helpers     functions that draw, to be written into the file that calls them
    recipes     ways to draw one call, and the text of a case that does it
    calibrate   observed calls as templates of such calls
    fitting     finds numbers that the reference takes, by the argument that its `ValueError` names
    differentiable  in which arguments gradients are compared
    drivers     what cases of gradients run together with a student's function
    writing     recipes as a readable `hidden_cases.py`
    tasks       what a separate process is asked about cases, and what it answers
    work        runs there: are the cases right and quiet, and what do they notice?
    results     what a search finds
    choice      which candidates are written, by what they notice
    cover       chooses few cases that notice all that any of them notices
    search      the whole road, for one question
    report      the figures and the survivors, for a terminal

The search runs the text that it would write: a candidate is a case of a file like any other, and it is kept
where the reference and every other right solution pass it in several draws by a wide margin.
"""
