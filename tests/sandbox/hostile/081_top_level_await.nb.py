"""81. Awaits at the top level.

expect: double passed, total passed
prints: awaited 3
"""

# %%
import asyncio


async def later():
    await asyncio.sleep(0.01)
    return 3


print("awaited", await later())


# %%
def double(x):
    return 2 * x


def total(x):
    return x.sum()
