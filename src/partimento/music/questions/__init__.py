"""Questions on music: asked by the theory engine, each proven to have one right answer, and answers marked.

`item` is what a family of questions gives; each family is a function in one of the `on_…` files; `own_forms` reads the
questions that `music.quiz` does not; `proof` proves any question, whoever wrote it; `marking` marks.
"""
