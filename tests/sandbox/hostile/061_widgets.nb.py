"""61. Displays HTML, scripts and objects with display hooks of their own.

expect: double passed, total passed
unseen: <script>
prints: the plain one
"""


# %%
def double(x):
    return 2 * x


def total(x):
    return x.sum()


# %%
from IPython.display import HTML, Javascript, display

display(HTML("<script>alert(1)</script>"), Javascript("alert(1)"))


class Shown:
    def _repr_html_(self):
        return "<script>alert(2)</script>"

    def _ipython_display_(self):
        print("the plain one")


display(Shown())
Shown()
