"""Mutation testing of questions: small faults in the reference that the graded cases must notice.

A misconception is a mistake that somebody thought of. A mutant is one that nobody thought of: the
reference of a topic with one operator, constant, axis or term changed. It is handed to the topic's
public and hidden cases as if a student had written it, and at least one must fail. What survives
is a hole in the cases, or no mistake at all, and then stands with its reason in `mutants.toml` of
the question's folder.

The road of a mutant:

    program     the modules of a topic, and what of them its public functions reach
    domain      what in them only serves to refuse an argument: not graded, not mutated
    operators   what may be changed in an expression or a statement
    mutant      one change of the text, and an identity that outlives a shift of lines
    work        runs in a separate process: the cases that execute the changed statement, in
                order, until one fails
    pool        two such processes; kills the one that does not come back
    seen        an input on which what survives differs from the reference; where there is none, it
                is skipped
    verdicts    the changes that the author calls no mistakes
    report      the figures, and the diff of every survivor
"""
