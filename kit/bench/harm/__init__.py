"""What the server bears: things that break (`chaos`), bad clients (`fuzz`), long days (`soak`)."""
