"""20. Writes small files as long as it can.

expect: double passed, total crashed|timed_out|raised
"""


def double(x):
    return 2 * x


def total(x):
    number = 0
    while True:
        number += 1
        with open(f"small-{number}", "w") as file:
            file.write("x" * 4096)
