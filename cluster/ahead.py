"""All kernels compiled ahead, as when a container image is built."""

from __future__ import annotations

from sada.indexes.compilation.ahead import CompileReport, compile_kernels_of


def compile_kernels() -> CompileReport:
    """Compile all kernels of Sada that are not compiled yet, and keep their machine code for later processes.

    It is kept beside the source if that can be written. A later process loads it from there even if it cannot write
    there. Machine code is for the processor of this machine; where ``NUMBA_CPU_NAME=generic`` is set, here and in the
    later process, it is for all processors of the same architecture.

    >>> report = compile_kernels()
    >>> 0 <= report.compiled <= report.kernels
    True

    Returns:
        How many kernels there are, how many were compiled now, and where their machine code is.

    Raises:
        SadaError: if no folder can be written.
    """
    return compile_kernels_of(("sada.indexes", "sada.cluster"))
