"""The course as a site: static pages with its tasks, lessons, contract and map.

`executing` runs the notebooks on the solution, `showing` makes of what they gave what a page can
show, `links` leads from page to page, `sources` writes what Sphinx reads, `theme` is what Sphinx is
told, `building` puts all of it together.
"""
