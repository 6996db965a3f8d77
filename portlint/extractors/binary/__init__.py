"""Readers of native binaries: ELF, PE, COFF, Mach-O, `ar`, WebAssembly."""

from portlint.extractors.binary import native
from portlint.extractors.binary.magic import HEAD_BYTES, refusal, sniff

EXTRACTORS = (native,)

__all__ = ["EXTRACTORS", "HEAD_BYTES", "refusal", "sniff"]
