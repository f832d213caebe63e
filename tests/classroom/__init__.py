"""A class that was never taught: submissions of every kind, and what each of them is worth.

    python -m tests.classroom OUT --count 1000 --seed 1 [-a deep_generative_models] [--layout files]

OUT/submissions is Gradescope's export (or, as files, a folder of notebooks, modules and zips) to be
graded with ``autograder batch OUT/submissions -a … -o …``; OUT/expected.json says what must come out:
for each id its kind, what is wrong with it, the points of each part, and every case that passes.
``python -m tests.classroom.compare OUT GRADED…`` holds batches against it and against one another.

    programs    what a student's functions of one topic are: the text, and the functions themselves
    students    who is in the class: which programs, in which flavour, and what is broken
    files       how it is handed in

What a submission is worth is found without the cage, the wire or the reading of notebooks: the cases
call the same functions in this process, on the inputs that this student's seed draws.

    curve       how much memory a batch takes while it runs
    chart       of such curves, for docs/images
    planted     is every misconception of the class on its page, with the right count?
    pictures    of that page, for docs/images
"""
