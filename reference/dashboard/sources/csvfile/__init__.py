# lab 2 (given): any CSV file
"""CSV files as people have them, read right or refused with the reason.

`beginning` understands a file by its first lines, with the help of `encoding`, `records`
(separators and quotes), `header`, `timecolumn`, `times` and `numbers`; what it finds is an
`understanding`, and where it finds no times `unreadable` says why. `growing` follows the file,
`rows` its headers, `zones` its clock; `remarks` says what was left out. `source` puts them
together, `opening` opens those that the configuration names, and `preview` shows what was
understood.
"""
