"""Products of a few rows with a few columns, in vector instructions that numba does not write by itself.

A tile is 6 rows of a left matrix times 32 columns of a right one. Its sums stay in registers while it goes along them.
Here is the code of a tile for numba's compiler; :mod:`~sada.indexes.e5.product_kernels` has the loops around it.

Of bytes, the instruction ``vpdpbusd`` multiplies 64 pairs and adds four products to each of 16 sums (32 pairs to 8 sums
without AVX-512). Without VNNI ``vpmaddubsw`` adds two products into 16 bits, which is enough where one factor has four
bits. The sums of a block are whole numbers, and the rest is done in one order, so all three ways give the same bits.

Source: Intel, "Intel 64 and IA-32 Architectures Software Developer's Manual", volume 2; for the tile, Goto and van de
Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

ROWS, COLUMNS = 6, 32
BLOCK, QUAD = 32, 4  # numbers along a row that have one scale, and that are multiplied and added together
_QUADS = BLOCK // QUAD

WORD, LONG, FLOAT = ir.IntType(32), ir.IntType(64), ir.FloatType()


@dataclass(frozen=True, slots=True)
class Unit:
    """How a processor multiplies bytes.

    Args:
        lanes: numbers of 32 bits in a register.
        rows, columns: how many of a tile have their sums in registers together; of columns, registers of them.
        product: the instruction for bytes.
    """

    lanes: int
    rows: int
    columns: int
    product: str

    def parts(self) -> list[tuple[int, int]]:
        """The parts of a tile that are done one after the other: the first row and the first column of each."""
        return list(product(range(0, ROWS, self.rows), range(0, COLUMNS, self.columns * self.lanes)))


_IN_16_BITS = "llvm.x86.avx2.pmadd.ub.sw"
UNITS = {
    "avx512vnni": Unit(16, 6, 2, "llvm.x86.avx512.vpdpbusd.512"),
    "avxvnni": Unit(8, 3, 2, "llvm.x86.avx512.vpdpbusd.256"),
    "avx2": Unit(8, 3, 2, _IN_16_BITS),
}
"""By the feature that a processor must have, the fastest first."""


class Code:
    """Writes the instructions of one part of a tile, or of other loops over registers."""

    def __init__(self, builder: Any, unit: Unit) -> None:
        self.builder, self.unit = builder, unit
        self.floats, self.words = (ir.VectorType(kind, unit.lanes) for kind in (FLOAT, WORD))
        self._shorts = ir.VectorType(ir.IntType(16), 2 * unit.lanes)
        self._bytes = ir.VectorType(ir.IntType(8), 4 * unit.lanes)

    def at(self, start: Any, *steps: tuple[Any, int] | int) -> Any:
        """The address that many bytes on; a pair is a number at run time, and the bytes for each."""
        for step in steps:
            many = self.builder.mul(step[0], LONG(step[1])) if isinstance(step, tuple) else LONG(step)
            start = self.builder.add(start, many)
        return start

    def load(self, place: Any, kind: Any) -> Any:
        """The value of a kind at an address, which need not be aligned."""
        found = self.builder.load(self.builder.inttoptr(place, kind.as_pointer()))
        found.align = 1
        return found

    def spread(self, place: Any, kind: Any) -> Any:
        """The number at an address, in all lanes."""
        return self.in_all(self.load(place, kind.element), kind)

    def in_all(self, one: Any, kind: Any) -> Any:
        """A number in all lanes."""
        none, lanes = kind(ir.Undefined), ir.VectorType(WORD, self.unit.lanes)
        first = self.builder.insert_element(none, one, WORD(0))
        return self.builder.shuffle_vector(first, none, lanes([0] * self.unit.lanes))

    def greater(self, left: Any, right: Any) -> Any:
        """The greater of two numbers, or of each two of vectors."""
        return self.builder.select(self.builder.fcmp_ordered(">", left, right), left, right)

    def put(self, value: Any, place: Any) -> None:
        """Write a value to an address."""
        self.builder.store(value, self.builder.inttoptr(place, value.type.as_pointer())).align = 1

    def call(self, name: str, result: Any, *given: Any) -> Any:
        """Call one of the functions that LLVM turns into instructions."""
        kind = ir.FunctionType(result, [one.type for one in given])
        function = cgutils.get_or_insert_function(self.builder.module, kind, name)
        return self.builder.call(function, given, fastmath=("nnan", "reassoc") if "reduce.f" in name else ())

    def greatest(self, vector: Any) -> Any:
        """The greatest number of a vector of float32."""
        return self.call(f"llvm.vector.reduce.fmax.v{self.unit.lanes}f32", FLOAT, vector)

    def sum_of(self, vector: Any) -> Any:
        """The sum of the numbers of a vector of float32, in any order."""
        return self.call(f"llvm.vector.reduce.fadd.v{self.unit.lanes}f32", FLOAT, FLOAT(0.0), vector)

    def same(self, number: float) -> Any:
        """A number in all lanes that is known beforehand."""
        return self.floats([number] * self.unit.lanes)

    def rounded(self, vector: Any) -> Any:
        """The nearest whole numbers, as float32."""
        return self.call(f"llvm.rint.v{self.unit.lanes}f32", self.floats, vector)

    def fused(self, left: Any, right: Any, more: Any) -> Any:
        """A product and a sum, rounded once."""
        return self.call(f"llvm.fma.v{self.unit.lanes}f32", self.floats, left, right, more)

    def sums(self, firsts: Sequence[Any]) -> list[list[Any]]:
        """Sums that a loop adds to, for each row and each register of columns; they begin with what a column has."""
        found = [[cgutils.alloca_once(self.builder, self.floats) for _ in firsts] for _ in range(self.unit.rows)]
        for of_row in found:
            for first, one in zip(firsts, of_row, strict=True):
                self.builder.store(first, one)
        return found

    def columns(self) -> range:
        """The first columns of the registers."""
        return range(0, self.unit.columns * self.unit.lanes, self.unit.lanes)

    def add(self, total: Any, left: Any, right: Any) -> None:
        """Add a product to a sum."""
        self.builder.store(self.fused(left, right, self.builder.load(total)), total)

    def store(self, sums: Sequence[Sequence[Any]], place: Any, stride: Any) -> None:
        """Write sums to rows that are ``stride`` bytes apart."""
        for row, of_row in enumerate(sums):
            for column, one in zip(self.columns(), of_row, strict=True):
                self.put(self.builder.load(one), self.at(place, (stride, row), 4 * column))

    def block(self, rows: Any, columns: Any, firsts: Any) -> list[list[Any]]:
        """Sums of the products of the bytes of a block, and of what they begin with."""
        unit, in_16_bits = self.unit, self.unit.product == _IN_16_BITS
        begun = [self.spread(self.at(firsts, 4 * row), self.words) for row in range(unit.rows)]
        none = self._shorts([0] * 2 * unit.lanes)
        sums = [[none if in_16_bits else one] * unit.columns for one in begun]
        for quad in range(_QUADS):
            beside = [self.load(self.at(columns, (quad * COLUMNS + at) * QUAD), self.words) for at in self.columns()]
            for row in range(unit.rows):
                four = self.spread(self.at(rows, row * BLOCK + quad * QUAD), self.words)
                add = self._add_in_16_bits if in_16_bits else self._add_bytes
                sums[row] = [add(one, other, four) for one, other in zip(sums[row], beside, strict=True)]
        if not in_16_bits:
            return sums
        return [[self._widened(one, first) for one in of_row] for of_row, first in zip(sums, begun, strict=True)]

    def _add_bytes(self, sums: Any, columns: Any, four: Any) -> Any:
        return self.call(self.unit.product, self.words, sums, columns, four)

    def _add_in_16_bits(self, sums: Any, columns: Any, four: Any) -> Any:
        """Add no more than 15 * 127 twice, which eight of can be held."""
        both = (self.builder.bitcast(one, self._bytes) for one in (columns, four))
        return self.builder.add(sums, self.call(self.unit.product, self._shorts, *both))

    def _widened(self, sums: Any, first: Any) -> Any:
        ones = self._shorts([1] * 2 * self.unit.lanes)
        return self.builder.add(self.call("llvm.x86.avx2.pmadd.wd", self.words, sums, ones), first)


def byte_tile(unit: Unit) -> Any:
    """Make the tile of 8-bit rows and 4-bit columns: a function for numba.

    It takes seven addresses, the number of blocks along a row, and the bytes from a row of the result to the next. The
    addresses are those of the rows' bytes (blocks, 6, 32), of their scales, float32 (blocks, 6), of what the sums of
    their blocks begin with, int32 (blocks, 6), of the columns' bytes (blocks, 8, 32, 4), of their scales, float32
    (blocks, 32), of a bias, float32 (32,), and of the result, float32: 6 rows of 32.
    """

    def write(code: Code, row: int, column: int, values: Sequence[Any]) -> None:
        *starts, bias, out, blocks, stride = values
        sizes = BLOCK * ROWS, 4 * ROWS, 4 * ROWS, BLOCK * COLUMNS, 4 * COLUMNS
        before = BLOCK * row, 4 * row, 4 * row, QUAD * column, 4 * column
        sums = code.sums([code.load(code.at(bias, 4 * (column + at)), code.floats) for at in code.columns()])
        with cgutils.for_range(code.builder, blocks, intp=LONG) as loop:
            rows, scales, firsts, columns, weights = (
                code.at(start, (loop.index, size), skip)
                for start, size, skip in zip(starts, sizes, before, strict=True)
            )
            of_columns = [code.load(code.at(weights, 4 * at), code.floats) for at in code.columns()]
            for at, of_row in enumerate(code.block(rows, columns, firsts)):
                scale = code.spread(code.at(scales, 4 * at), code.floats)
                for exact, weight, total in zip(of_row, of_columns, sums[at], strict=True):
                    code.add(total, code.builder.sitofp(exact, code.floats), code.builder.fmul(scale, weight))
        code.store(sums, code.at(out, (stride, row), 4 * column), stride)

    @intrinsic
    def tile(typing, rows, scales, firsts, columns, weights, bias, out, blocks, stride):
        return types.void(*[types.int64] * 9), _generator(unit, write)

    return tile


def block_packer(unit: Unit) -> Any:
    """Make what rounds 32 float32 to 8 bits: a function for numba.

    It takes the addresses of the numbers and of the bytes, of their scale, float32, and of -8 times the sum of the
    bytes, int32. The scale times a byte is the number again, but for rounding; the greatest becomes 127.
    """

    def generate(context: Any, builder: Any, signature: Any, values: Sequence[Any]) -> Any:
        code, (start, out, scale, first) = Code(builder, unit), values
        parts = [code.load(code.at(start, 4 * at), code.floats) for at in range(0, BLOCK, unit.lanes)]
        sizes = [code.call(f"llvm.fabs.v{unit.lanes}f32", code.floats, part) for part in parts]
        most = code.greatest(reduce(code.greater, sizes))
        none = builder.fcmp_ordered("==", most, FLOAT(0.0))
        factor = builder.select(none, FLOAT(0.0), builder.fdiv(FLOAT(127.0), most))
        near = [
            builder.fptosi(code.rounded(builder.fmul(part, code.in_all(factor, code.floats))), code.words)
            for part in parts
        ]
        for at, part in enumerate(near):
            narrow = builder.trunc(part, ir.VectorType(ir.IntType(8), unit.lanes))
            code.put(narrow, code.at(out, at * unit.lanes))
        total = code.call(f"llvm.vector.reduce.add.v{unit.lanes}i32", WORD, reduce(builder.add, near))
        code.put(builder.fdiv(most, FLOAT(127.0)), scale)
        code.put(builder.mul(total, WORD(-8)), first)
        return context.get_dummy_value()

    @intrinsic
    def pack(typing, numbers, out, scale, first):
        return types.void(*[types.int64] * 4), generate

    return pack


def float_tile(unit: Unit) -> Any:
    """Make the tile of float32 rows and columns: a function for numba.

    It takes the addresses of the rows, of the columns, of what the sums of each column begin with and of the result,
    how many numbers are along a row, and the bytes from a row to the next of the rows, of the columns and of the
    result.
    """

    def write(code: Code, row: int, column: int, values: Sequence[Any]) -> None:
        rows, columns, firsts, out, length, row_stride, column_stride, stride = values
        sums = code.sums([code.load(code.at(firsts, 4 * (column + at)), code.floats) for at in code.columns()])
        starts = [code.at(rows, (row_stride, row + at)) for at in range(code.unit.rows)]
        with cgutils.for_range(code.builder, length, intp=LONG) as loop:
            along = code.builder.add(columns, code.builder.mul(column_stride, loop.index))
            beside = [code.load(code.at(along, 4 * (column + at)), code.floats) for at in code.columns()]
            for start, of_row in zip(starts, sums, strict=True):
                one = code.spread(code.at(start, (loop.index, 4)), code.floats)
                for other, total in zip(beside, of_row, strict=True):
                    code.add(total, one, other)
        code.store(sums, code.at(out, (stride, row), 4 * column), stride)

    @intrinsic
    def tile(typing, rows, columns, firsts, out, length, row_stride, column_stride, stride):
        return types.void(*[types.int64] * 8), _generator(unit, write)

    return tile


def _generator(unit: Unit, write: Callable[..., None]) -> Callable[..., Any]:
    def generate(context: Any, builder: Any, signature: Any, values: Sequence[Any]) -> Any:
        for row, column in unit.parts():
            write(Code(builder, unit), row, column, values)
        return context.get_dummy_value()

    return generate
