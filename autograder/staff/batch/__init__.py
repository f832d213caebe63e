"""A class at a time: find what was handed in, grade it side by side, keep the results.

    collect     a folder of submissions, a download of a course system → entries, each with an id
    work        what a grader does: one submission, in a separate process that has everything loaded
    warm        an executor of such processes: replaced when they die, killed when they are late
    cluster     the same executor on the machines of a Dask cluster
    graders     who grades: this machine or a cluster; the results of a submission whose grader was lost
    store       what is left: results, `grades.csv`, and what is needed to go on after a stop
    wish, run   what is wanted of a batch, and all of it together

The seam between the machines and the rest is `concurrent.futures.Executor`. The process that has the
list of a class never runs a student's code, and one that does knows of no other submission.
Importing this package imports none of it.
"""
