"""The same small job in other graders' forms, each from the package index, and in this kit's."""
