"""What sellers export: recognise a file by its content, and the declaration of each source becomes the SELECT that reads it."""
