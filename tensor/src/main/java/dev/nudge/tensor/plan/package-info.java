/// The two ways to compute a graph: [dev.nudge.tensor.plan.PlannedExecution] makes a plan once per structure and runs
/// it in reused memory; [dev.nudge.tensor.plan.EagerExecution] computes node after node and keeps every value. Both use
/// the same kernels and give the same bits.
package dev.nudge.tensor.plan;
