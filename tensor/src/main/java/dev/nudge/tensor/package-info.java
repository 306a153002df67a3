/// Tensors, the operations on them, and their gradients.
///
/// A [dev.nudge.tensor.Tensor] is an immutable node of a graph that is computed when a value is asked for; an
/// [dev.nudge.tensor.Op] is a record that holds all that is known of one operation; a
/// [dev.nudge.tensor.Parameter] is what training changes.
package dev.nudge.tensor;
