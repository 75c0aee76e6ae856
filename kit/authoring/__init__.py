"""What helps an author: the skeleton of a new lab, and the linter that says what it still lacks."""
