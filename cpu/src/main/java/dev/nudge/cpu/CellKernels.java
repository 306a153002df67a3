package dev.nudge.cpu;

/// What recurrent cells do for one example at one time, behind and before the product with the
/// recurrent weight.
///
/// `width` numbers make a part; parts lie one after the other. [VectorCells] and [ScalarCells] give the
/// same bits.
interface CellKernels {
    /// From what the gates got to `[h' c' i f g o]`, as the operation `Lstm` says.
    ///
    /// @param gates  four parts
    /// @param memory the memory before
    /// @param y      the six parts of the result
    /// @param output gets `h'` too
    void lstm(
            float[] gates,
            int gatesFrom,
            float[] memory,
            int memoryFrom,
            float[] y,
            int yFrom,
            float[] output,
            int outputFrom,
            int width);

    /// From the gradients with respect to output and memory behind a time to those with respect to what
    /// the gates got, and to the memory before.
    ///
    /// @param y        the six parts that [#lstm] made
    /// @param memory   the memory before
    /// @param upstream gradient with respect to `y`, six parts
    /// @param ofOutput the gradient that later times have with respect to the output; becomes zero
    /// @param ofMemory the same of the memory; becomes that of the memory before
    /// @param gates    four parts
    /// @param squashed for one part, to work in
    void lstmGradient(
            float[] y,
            int yFrom,
            float[] memory,
            int memoryFrom,
            float[] upstream,
            float[] ofOutput,
            int ofOutputFrom,
            float[] ofMemory,
            int ofMemoryFrom,
            float[] gates,
            int gatesFrom,
            float[] squashed,
            int width);

    /// From inputs and state to `[h' r z n m]`, as the operation `Gru` says.
    ///
    /// @param given three parts, from the inputs
    /// @param own   three parts, from the state
    /// @param y     the five parts of the result
    /// @param state the state before; becomes that behind
    void gru(
            float[] given,
            int givenFrom,
            float[] own,
            int ownFrom,
            float[] y,
            int yFrom,
            float[] state,
            int stateFrom,
            int width);

    /// From the gradient with respect to the state behind a time to those with respect to what the
    /// gates got.
    ///
    /// @param y        the five parts that [#gru] made
    /// @param before   the state before
    /// @param upstream gradient with respect to `y`, five parts
    /// @param ofState  the gradient that later times have with respect to the state; becomes that part
    ///              of the gradient with respect to the state before that passes by the product
    /// @param gates    gets four parts: those of reset, update, new state and the new state's share of
    ///              the product
    void gruGradient(
            float[] y,
            int yFrom,
            float[] before,
            int beforeFrom,
            float[] upstream,
            float[] ofState,
            int ofStateFrom,
            float[] gates,
            int width);
}
