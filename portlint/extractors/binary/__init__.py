"""Readers of native binaries: ELF, PE, COFF, Mach-O, `ar`, WebAssembly."""

from portlint.extractors.binary.magic import HEAD_BYTES, refusal, sniff

__all__ = ["HEAD_BYTES", "refusal", "sniff"]
