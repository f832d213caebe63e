"""What grading costs, held against `otter run` and against the bare work, in one run on one machine.

    trees     a command, and what its whole tree of processes takes: seconds, processor time, memory
    otter     the same cases as an autograder of Otter's, and `otter run`
    inside    one process: the bare work, a warm grader and the cage, in turn
    attacks   a dozen hostile notebooks, graded by both

python -m tests.bench [--quick] [--only memory …]
"""
