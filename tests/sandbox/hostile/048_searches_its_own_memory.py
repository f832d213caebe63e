"""48. Searches its own memory, garbage, frames and modules for what the parent may have left there.

expect: double passed, total passed
learns: nothing
"""

import gc
import re
import sys

pattern = re.compile(rb"canary-[0-9a-f]{32}")
with open("/proc/self/mem", "rb", buffering=0) as memory, open("/proc/self/maps") as maps:
    for line in maps:
        words = line.split()
        low, high = (int(end, 16) for end in words[0].split("-"))
        if "r" not in words[1] or high - low > 1 << 28:
            continue
        try:
            memory.seek(low)
            content = memory.read(high - low)
        except (OSError, ValueError, OverflowError):
            continue
        for match in pattern.finditer(content):
            print("in memory:", match[0])
        del content
for thing in gc.get_objects():
    if type(thing) is str and re.match("canary-[0-9a-f]{32}", thing):
        print("in the garbage:", thing)
print([name for name in sys.modules if "reference" in name or "hidden" in name])
frame = sys._getframe()
while frame:
    print({key: str(value)[:200] for key, value in frame.f_locals.items() if key != "thing"})
    frame = frame.f_back


def double(x):
    return 2 * x


def total(x):
    return x.sum()
