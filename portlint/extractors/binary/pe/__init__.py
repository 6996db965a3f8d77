"""PE and COFF: Windows."""
