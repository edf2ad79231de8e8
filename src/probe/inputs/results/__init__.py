"""How files of results are read, each in the format in which `-o` wrote it."""
