"""The portal's Markdown conventions: each module finds one, checks it, and renders it.

All of them work on Markdown source and give Markdown back, so that MkDocs still sees
every link and image. They are described, with an example each, in contributing/markdown.
"""
