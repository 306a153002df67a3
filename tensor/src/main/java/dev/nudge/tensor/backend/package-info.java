/// What a supplier of kernels implements ([dev.nudge.tensor.backend.Backend]), and kernels made from the meaning of
/// operations, which every backend is tested against.
package dev.nudge.tensor.backend;
