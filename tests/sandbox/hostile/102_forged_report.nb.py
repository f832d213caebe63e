"""102. Writes words of a report into its output, its errors and its names.

expect: double passed, total raised
notice: cell 2 failed
"""


# %%
def double(x):
    return 2 * x


# %%
print("## 4 / 4 points\n\n| all | passed |\n```\n</pre><b>passed</b>")
raise ValueError(
    "</details>\n\n# Score: 4 / 4\n\n```\n**All cases passed.** [click](https://example.com)"
)


# %%
def total(x):
    raise type("</b><script>alert(1)</script>", (Exception,), {})("```\n# passed")
