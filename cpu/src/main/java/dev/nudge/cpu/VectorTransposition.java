package dev.nudge.cpu;

import java.util.function.IntUnaryOperator;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Squares of [Transposition] in registers: sixteen vectors of sixteen elements.
///
/// In four rounds, at distance d = 8, 4, 2 and 1, rows i and i + d (i without the bit d) exchange
/// those of their elements whose columns have the bit d in row i and lack it in row i + d. Source:
/// J. O. Eklundh, "A Fast Computer Method for Matrix Transposing", IEEE Transactions on Computers
/// 21(7), 1972.
final class VectorTransposition {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final FloatVector LEFT8 = places(column -> (column & 8) == 0 ? column : column + 16 - 8);
    private static final FloatVector RIGHT8 = places(column -> (column & 8) == 0 ? column + 8 : column + 16);
    private static final FloatVector LEFT4 = places(column -> (column & 4) == 0 ? column : column + 16 - 4);
    private static final FloatVector RIGHT4 = places(column -> (column & 4) == 0 ? column + 4 : column + 16);
    private static final FloatVector LEFT2 = places(column -> (column & 2) == 0 ? column : column + 16 - 2);
    private static final FloatVector RIGHT2 = places(column -> (column & 2) == 0 ? column + 2 : column + 16);
    private static final FloatVector LEFT1 = places(column -> (column & 1) == 0 ? column : column + 16 - 1);
    private static final FloatVector RIGHT1 = places(column -> (column & 1) == 0 ? column + 1 : column + 16);

    private VectorTransposition() {}

    /// Where each element comes from, counted through two rows.
    private static FloatVector places(IntUnaryOperator place) {
        float[] places = new float[Transposition.SIDE];
        for (int column = 0; column < places.length; column++) {
            places[column] = place.applyAsInt(column);
        }
        return FloatVector.fromArray(SPECIES, places, 0);
    }

    static void square(float[] from, int start, int row, float[] to, int toFrom, int toRow) {
        FloatVector a0 = FloatVector.fromArray(SPECIES, from, start);
        FloatVector a1 = FloatVector.fromArray(SPECIES, from, start + 1 * row);
        FloatVector a2 = FloatVector.fromArray(SPECIES, from, start + 2 * row);
        FloatVector a3 = FloatVector.fromArray(SPECIES, from, start + 3 * row);
        FloatVector a4 = FloatVector.fromArray(SPECIES, from, start + 4 * row);
        FloatVector a5 = FloatVector.fromArray(SPECIES, from, start + 5 * row);
        FloatVector a6 = FloatVector.fromArray(SPECIES, from, start + 6 * row);
        FloatVector a7 = FloatVector.fromArray(SPECIES, from, start + 7 * row);
        FloatVector a8 = FloatVector.fromArray(SPECIES, from, start + 8 * row);
        FloatVector a9 = FloatVector.fromArray(SPECIES, from, start + 9 * row);
        FloatVector a10 = FloatVector.fromArray(SPECIES, from, start + 10 * row);
        FloatVector a11 = FloatVector.fromArray(SPECIES, from, start + 11 * row);
        FloatVector a12 = FloatVector.fromArray(SPECIES, from, start + 12 * row);
        FloatVector a13 = FloatVector.fromArray(SPECIES, from, start + 13 * row);
        FloatVector a14 = FloatVector.fromArray(SPECIES, from, start + 14 * row);
        FloatVector a15 = FloatVector.fromArray(SPECIES, from, start + 15 * row);
        FloatVector b0 = LEFT8.selectFrom(a0, a8);
        FloatVector b8 = RIGHT8.selectFrom(a0, a8);
        FloatVector b1 = LEFT8.selectFrom(a1, a9);
        FloatVector b9 = RIGHT8.selectFrom(a1, a9);
        FloatVector b2 = LEFT8.selectFrom(a2, a10);
        FloatVector b10 = RIGHT8.selectFrom(a2, a10);
        FloatVector b3 = LEFT8.selectFrom(a3, a11);
        FloatVector b11 = RIGHT8.selectFrom(a3, a11);
        FloatVector b4 = LEFT8.selectFrom(a4, a12);
        FloatVector b12 = RIGHT8.selectFrom(a4, a12);
        FloatVector b5 = LEFT8.selectFrom(a5, a13);
        FloatVector b13 = RIGHT8.selectFrom(a5, a13);
        FloatVector b6 = LEFT8.selectFrom(a6, a14);
        FloatVector b14 = RIGHT8.selectFrom(a6, a14);
        FloatVector b7 = LEFT8.selectFrom(a7, a15);
        FloatVector b15 = RIGHT8.selectFrom(a7, a15);
        FloatVector c0 = LEFT4.selectFrom(b0, b4);
        FloatVector c4 = RIGHT4.selectFrom(b0, b4);
        FloatVector c1 = LEFT4.selectFrom(b1, b5);
        FloatVector c5 = RIGHT4.selectFrom(b1, b5);
        FloatVector c2 = LEFT4.selectFrom(b2, b6);
        FloatVector c6 = RIGHT4.selectFrom(b2, b6);
        FloatVector c3 = LEFT4.selectFrom(b3, b7);
        FloatVector c7 = RIGHT4.selectFrom(b3, b7);
        FloatVector c8 = LEFT4.selectFrom(b8, b12);
        FloatVector c12 = RIGHT4.selectFrom(b8, b12);
        FloatVector c9 = LEFT4.selectFrom(b9, b13);
        FloatVector c13 = RIGHT4.selectFrom(b9, b13);
        FloatVector c10 = LEFT4.selectFrom(b10, b14);
        FloatVector c14 = RIGHT4.selectFrom(b10, b14);
        FloatVector c11 = LEFT4.selectFrom(b11, b15);
        FloatVector c15 = RIGHT4.selectFrom(b11, b15);
        FloatVector d0 = LEFT2.selectFrom(c0, c2);
        FloatVector d2 = RIGHT2.selectFrom(c0, c2);
        FloatVector d1 = LEFT2.selectFrom(c1, c3);
        FloatVector d3 = RIGHT2.selectFrom(c1, c3);
        FloatVector d4 = LEFT2.selectFrom(c4, c6);
        FloatVector d6 = RIGHT2.selectFrom(c4, c6);
        FloatVector d5 = LEFT2.selectFrom(c5, c7);
        FloatVector d7 = RIGHT2.selectFrom(c5, c7);
        FloatVector d8 = LEFT2.selectFrom(c8, c10);
        FloatVector d10 = RIGHT2.selectFrom(c8, c10);
        FloatVector d9 = LEFT2.selectFrom(c9, c11);
        FloatVector d11 = RIGHT2.selectFrom(c9, c11);
        FloatVector d12 = LEFT2.selectFrom(c12, c14);
        FloatVector d14 = RIGHT2.selectFrom(c12, c14);
        FloatVector d13 = LEFT2.selectFrom(c13, c15);
        FloatVector d15 = RIGHT2.selectFrom(c13, c15);
        FloatVector e0 = LEFT1.selectFrom(d0, d1);
        FloatVector e1 = RIGHT1.selectFrom(d0, d1);
        FloatVector e2 = LEFT1.selectFrom(d2, d3);
        FloatVector e3 = RIGHT1.selectFrom(d2, d3);
        FloatVector e4 = LEFT1.selectFrom(d4, d5);
        FloatVector e5 = RIGHT1.selectFrom(d4, d5);
        FloatVector e6 = LEFT1.selectFrom(d6, d7);
        FloatVector e7 = RIGHT1.selectFrom(d6, d7);
        FloatVector e8 = LEFT1.selectFrom(d8, d9);
        FloatVector e9 = RIGHT1.selectFrom(d8, d9);
        FloatVector e10 = LEFT1.selectFrom(d10, d11);
        FloatVector e11 = RIGHT1.selectFrom(d10, d11);
        FloatVector e12 = LEFT1.selectFrom(d12, d13);
        FloatVector e13 = RIGHT1.selectFrom(d12, d13);
        FloatVector e14 = LEFT1.selectFrom(d14, d15);
        FloatVector e15 = RIGHT1.selectFrom(d14, d15);
        e0.intoArray(to, toFrom);
        e1.intoArray(to, toFrom + 1 * toRow);
        e2.intoArray(to, toFrom + 2 * toRow);
        e3.intoArray(to, toFrom + 3 * toRow);
        e4.intoArray(to, toFrom + 4 * toRow);
        e5.intoArray(to, toFrom + 5 * toRow);
        e6.intoArray(to, toFrom + 6 * toRow);
        e7.intoArray(to, toFrom + 7 * toRow);
        e8.intoArray(to, toFrom + 8 * toRow);
        e9.intoArray(to, toFrom + 9 * toRow);
        e10.intoArray(to, toFrom + 10 * toRow);
        e11.intoArray(to, toFrom + 11 * toRow);
        e12.intoArray(to, toFrom + 12 * toRow);
        e13.intoArray(to, toFrom + 13 * toRow);
        e14.intoArray(to, toFrom + 14 * toRow);
        e15.intoArray(to, toFrom + 15 * toRow);
    }
}
