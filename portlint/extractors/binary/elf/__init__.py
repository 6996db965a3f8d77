"""ELF: Linux, Android, BSD and consoles."""
