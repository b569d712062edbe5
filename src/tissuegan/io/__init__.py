"""Reading and writing tissue: dataset folders and pictures."""
