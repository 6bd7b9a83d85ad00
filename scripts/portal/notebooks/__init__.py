"""Notebooks: one MyST source for both languages, executed once, shown in each.

- `source` reads `notebooks/<track>/<topic>.md`, `digest` says what its outputs depend on.
- `execute` runs the code (the only module that starts a kernel), `normalise` cleans the
  outputs, `store` writes the `.ipynb` and the run record, `status` tells whether they are
  current, `runner` does all of this for many notebooks at once.
- `library` pairs prose with outputs for a page or a download, `convert` makes the page's
  Markdown, `sanitise` keeps scripts out of it.

Nothing is imported here: the kernel's environment lacks what the site needs, and the reverse.
"""
