"""How keyword lists are read: file, encoding, format, entry by entry, and which entries stand there twice."""
