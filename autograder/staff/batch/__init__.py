"""A class at a time: find what was handed in, grade it side by side, keep the results.

    collect     a folder of submissions, a download of a course system → entries, each with an id
    work        what a grader does: one submission, in a process of its own, with everything warm
    warm        an executor of such processes: replaced when they die, killed when they are late
    cluster     the same executor on the machines of a Dask cluster
    graders     who grades: this machine or that cluster; what is said of one that was lost
    store       what is left: results, `grades.csv`, and what is needed to go on after a stop
    wish, run   what is wanted of a batch, and all of it together

The seam between the machines and the rest is `concurrent.futures.Executor`. Whoever holds the list
of a class never runs a student's code, and whoever does is not told of any other submission.
Importing this package imports none of it.
"""
