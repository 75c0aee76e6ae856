"""The panel: one process a course, which watches the student's files and shows a live verdict.

`finding` finds that process, or starts it: `keeper` runs `process`, and runs it again when it was
killed. In it, `watching` sees what is saved, `decider` decides, and `board` knows what is to be
shown. `app` makes the page's server, as the course teaches it: `access`, `pages` and `events`.
`in_jupyter` brings it into JupyterLab, in a `tab`, and `layout` beside the first page and a task.
"""
