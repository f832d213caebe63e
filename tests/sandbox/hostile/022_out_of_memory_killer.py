"""22. Makes itself the last one that a machine out of memory would kill.

expect: double passed, total passed
landlock: the first to die: 1000
"""

for pid in ("self", "thread-self"):
    try:
        with open(f"/proc/{pid}/oom_score_adj", "w") as file:
            file.write("-1000")
    except OSError:
        pass
    try:
        with open(f"/proc/{pid}/oom_score_adj", "w") as file:
            file.write("0")
    except OSError:
        pass
print("the first to die:", open("/proc/self/oom_score_adj").read())


def double(x):
    return 2 * x


def total(x):
    return x.sum()
