"""Takes an embedded installation to the services of production: rows, files, vectors."""
