"""What becomes of the results: a module for each format, each a function to text."""
