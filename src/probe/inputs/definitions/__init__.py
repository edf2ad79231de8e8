"""How definitions are read: YAML with its lines, then the schema, then what no schema can say, then warnings."""
