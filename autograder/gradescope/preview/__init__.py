"""What Gradescope will show to whom, on one page that needs no network: `page`.

The platform's rules stand in `view`, the page in `page.html.j2`.
"""

from __future__ import annotations

from autograder.gradescope.preview.page import page
from autograder.gradescope.preview.view import Moment, Reader, read, view

__all__ = ["Moment", "Reader", "page", "read", "view"]
